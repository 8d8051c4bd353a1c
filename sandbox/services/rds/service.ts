import path from 'node:path';
import { rdsPermissions } from '../../iam/required/rds.ts';
import { regionalArn } from '../../template/resource.ts';
import type { MetricStore } from '../cloudwatch/metric-store.ts';
import { defineService } from '../definition.ts';
import type { EventBus } from '../events/event-bus.ts';
import { publishFreeStorage } from './engine/free-storage.ts';
import { makeRds } from './make-rds.ts';
import { busEvent } from './model/bus-event.ts';
import { notes } from './notes.ts';

export const rdsService = defineService({
  name: 'rds',
  id: 'rds',
  notes,
  permissions: rdsPermissions,
  resources: {
    'AWS::RDS::DBInstance': {
      nameProperty: 'DBInstanceIdentifier',
      isLowerCase: true,
      arn: regionalArn('rds', (name) => `db:${name}`),
    },
    'AWS::RDS::DBParameterGroup': { nameProperty: 'DBParameterGroupName', isLowerCase: true },
    'AWS::RDS::DBSubnetGroup': { nameProperty: 'DBSubnetGroupName', isLowerCase: true },
  },
  async make(
    { account, clock, dataDirectory, rdsOptions, reportUndelivered },
    {
      events,
      cloudwatch,
    }: { readonly events: { readonly bus: EventBus }; readonly cloudwatch: { readonly metrics: MetricStore } },
  ) {
    const rds = await makeRds({
      clock,
      account,
      dataDirectory: path.join(dataDirectory, 'rds'),
      // Nobody awaits it: a failure would end the process.
      onEvent: (event) =>
        void events.bus
          .emit(event.region, busEvent(event))
          .catch((error: unknown) => reportUndelivered('event of RDS', error)),
      ...rdsOptions,
    });
    return { service: { ...rds, operations: rds.operations }, rds, metrics: cloudwatch.metrics };
  },
  run: ({ rds, metrics }, { clock }, signal) =>
    publishFreeStorage(() => rds.inspect.instances(), metrics, clock, signal),
  stop: ({ rds }) => rds.stopAll(),
});
