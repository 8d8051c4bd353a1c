import { logsPermissions } from '../../iam/required/observability.ts';
import { deployLogGroups } from '../../template/deploy.ts';
import { regionalArn } from '../../template/resource.ts';
import { readEmbeddedMetrics } from '../cloudwatch/emf.ts';
import type { MetricStore } from '../cloudwatch/metric-store.ts';
import { defineService } from '../definition.ts';
import { makeLogStore } from './log-store.ts';
import { makeLogs } from './logs.ts';
import { notes } from './notes.ts';
import { makeSubscriptions, readSubscriptionFilter } from './subscriptions.ts';

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
    'AWS::Logs::SubscriptionFilter': { nameProperty: 'FilterName' },
  },
  make(
    { account, onLog, dispatch, reportUndelivered },
    { cloudwatch }: { readonly cloudwatch: { readonly metrics: MetricStore } },
  ) {
    const logs = makeLogStore(account, (region, group, event, stream) => {
      for (const datum of readEmbeddedMetrics(event.message)) cloudwatch.metrics.put(region, datum);
      onLog?.(region, group, event, stream);
      subscriptions.send(region, group, stream, event);
    });
    const subscriptions = makeSubscriptions(account, dispatch, (error) => reportUndelivered('log events', error));
    return { service: makeLogs({ logs, subscriptions }), logs, subscriptions };
  },
  deploy(stack, { logs, subscriptions }) {
    deployLogGroups(stack, logs);
    for (const resource of stack.resources.filter(({ type }) => type === 'AWS::Logs::SubscriptionFilter')) {
      try {
        subscriptions.add(stack.region, readSubscriptionFilter(resource), logs);
      } catch (error) {
        throw new Error(`'${resource.logicalId}' of the template cannot be deployed`, { cause: error });
      }
    }
  },
});
