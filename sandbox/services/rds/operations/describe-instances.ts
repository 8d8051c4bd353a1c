import type { DBInstanceMessage, DescribeDBInstancesMessage } from '@aws-sdk/client-rds';
import type { CallContext } from '../../../wire/service.ts';
import { instanceNotFound } from '../model/errors.ts';
import { nameOf } from '../model/identifiers.ts';
import { filtered, pageOf } from '../model/paging.ts';
import type { Rds } from '../rds.ts';

export function describeInstances(rds: Rds) {
  return (input: DescribeDBInstancesMessage, { region }: CallContext): DBInstanceMessage => {
    const { DBInstanceIdentifier: asked } = input;
    const { instances } = rds.lag.seen(rds, region);
    const chosen =
      asked === undefined
        ? instances
        : instances.filter(({ DBInstanceIdentifier }) => DBInstanceIdentifier === nameOf(asked));
    if (asked !== undefined && chosen.length === 0) throw instanceNotFound(nameOf(asked));
    const matching = filtered(chosen, input.Filters, {
      'db-instance-id': ({ DBInstanceIdentifier, DBInstanceArn }) => [DBInstanceIdentifier, DBInstanceArn],
      'dbi-resource-id': ({ DbiResourceId }) => [DbiResourceId],
      'db-cluster-id': () => [],
      domain: () => [],
      engine: () => ['postgres'],
    });
    const { items, Marker } = pageOf(
      matching,
      ({ DBInstanceIdentifier = '' }) => DBInstanceIdentifier,
      input,
      rds.limits.pageSize,
    );
    return { DBInstances: items, ...(Marker === undefined ? {} : { Marker }) };
  };
}
