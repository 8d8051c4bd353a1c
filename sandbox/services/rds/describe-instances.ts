import type { DBInstanceMessage, DescribeDBInstancesMessage } from '@aws-sdk/client-rds';
import type { CallContext } from '../../wire/service.ts';
import type { Rds } from './model.ts';
import { filtered, pageOf } from './paging.ts';
import { instanceView } from './views.ts';

export function describeInstances(rds: Rds) {
  return (input: DescribeDBInstancesMessage, { region }: CallContext): DBInstanceMessage => {
    const state = rds.region(region);
    const chosen =
      input.DBInstanceIdentifier === undefined
        ? [...state.instances.values()]
        : [state.instance(input.DBInstanceIdentifier)];
    const matching = filtered(chosen, input.Filters, {
      'db-instance-id': ({ identifier, arn }) => [identifier, arn],
      'dbi-resource-id': ({ resourceId }) => [resourceId],
      'db-cluster-id': () => [],
      domain: () => [],
      engine: () => ['postgres'],
    });
    const { items, Marker } = pageOf(matching, ({ identifier }) => identifier, input, rds.limits.pageSize);
    return {
      DBInstances: items.map((instance) => instanceView(instance, state.subnetGroup(instance.subnetGroup))),
      ...(Marker === undefined ? {} : { Marker }),
    };
  };
}
