import { logsPermissions } from '../../iam/required/observability.ts';
import { deployLogGroups } from '../../template/deploy.ts';
import { regionalArn } from '../../template/resource.ts';
import { readEmbeddedMetrics } from '../cloudwatch/emf.ts';
import type { MetricStore } from '../cloudwatch/metric-store.ts';
import { defineService } from '../definition.ts';
import { makeLogStore } from './log-store.ts';
import { makeLogs } from './logs.ts';
import { notes } from './notes.ts';

export const logsService = defineService({
  name: 'logs',
  id: 'logs',
  notes,
  permissions: logsPermissions,
  resources: {
    'AWS::Logs::LogGroup': {
      nameProperty: 'LogGroupName',
      // CloudFormation's attribute ends like this; policies and destinations are written for it.
      arn: regionalArn('logs', (name) => `log-group:${name}:*`),
    },
  },
  make({ account, onLog }, { cloudwatch }: { readonly cloudwatch: { readonly metrics: MetricStore } }) {
    const logs = makeLogStore(account, (region, group, event, stream) => {
      for (const datum of readEmbeddedMetrics(event.message)) cloudwatch.metrics.put(region, datum);
      onLog?.(region, group, event, stream);
    });
    return { service: makeLogs({ logs }), logs };
  },
  deploy: (stack, { logs }) => deployLogGroups(stack, logs),
});
