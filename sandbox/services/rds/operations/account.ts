import type {
  AccountAttributesMessage,
  DBEngineVersionMessage,
  DescribeDBEngineVersionsMessage,
  DescribeEventsMessage,
  DescribePendingMaintenanceActionsMessage,
  EventsMessage,
  PendingMaintenanceActionsMessage,
} from '@aws-sdk/client-rds';
import type { CallContext } from '../../../wire/service.ts';
import { invalidCombination, refuseOthers } from '../model/errors.ts';
import type { RdsEvent } from '../model/event-log.ts';
import { pageOf } from '../model/paging.ts';
import type { Rds } from '../rds.ts';

/** RDS keeps events for 14 days; without times it reports those of the last hour. */
const defaultEventMinutes = 60;

export function describeEngineVersions(rds: Rds) {
  return (input: DescribeDBEngineVersionsMessage): DBEngineVersionMessage => {
    refuseOthers(input, [
      'Engine',
      'EngineVersion',
      'DBParameterGroupFamily',
      'DefaultOnly',
      'IncludeAll',
      'MaxRecords',
      'Marker',
    ]);
    const { version, major } = rds.engine.binaries;
    const { family } = rds.engine.catalog;
    const matches =
      (input.Engine === undefined || input.Engine === 'postgres') &&
      (input.EngineVersion === undefined || [version, String(major)].includes(input.EngineVersion)) &&
      (input.DBParameterGroupFamily === undefined || input.DBParameterGroupFamily === family);
    const only = {
      Engine: 'postgres',
      EngineVersion: version,
      MajorEngineVersion: String(major),
      DBParameterGroupFamily: family,
      DBEngineDescription: 'PostgreSQL',
      DBEngineVersionDescription: `PostgreSQL ${version}`,
      Status: 'available',
      ValidUpgradeTarget: [],
      SupportsReadReplica: true,
    };
    return { DBEngineVersions: matches ? [only] : [] };
  };
}

export function describeAccountAttributes(rds: Rds) {
  return (_: object, { region }: CallContext): AccountAttributesMessage => {
    const { instances, snapshots, parameterGroups, subnetGroups } = rds.region(region);
    const manual = [...snapshots.values()].filter(({ type }) => type === 'manual').length;
    const quota = (AccountQuotaName: string, Used: number, Max: number) => ({ AccountQuotaName, Used, Max });
    return {
      AccountQuotas: [
        quota('DBInstances', instances.size, rds.limits.instances),
        quota(
          'AllocatedStorage',
          [...instances.values()].reduce((sum, { traits }) => sum + traits.allocatedStorage, 0),
          rds.limits.allocatedStorage,
        ),
        quota('ManualSnapshots', manual, rds.limits.manualSnapshots),
        quota('DBParameterGroups', parameterGroups.size, rds.limits.parameterGroups),
        quota('DBSubnetGroups', subnetGroups.size, rds.limits.subnetGroups),
      ],
    };
  };
}

/** There is one server of each major, which nothing patches. */
export function describeMaintenance(rds: Rds) {
  return (
    input: DescribePendingMaintenanceActionsMessage,
    { region }: CallContext,
  ): PendingMaintenanceActionsMessage => {
    refuseOthers(input, ['ResourceIdentifier', 'Filters', 'MaxRecords', 'Marker']);
    if (input.ResourceIdentifier !== undefined) rds.region(region).instance(input.ResourceIdentifier);
    return { PendingMaintenanceActions: [] };
  };
}

export function describeEvents(rds: Rds) {
  return (input: DescribeEventsMessage, { region }: CallContext): EventsMessage => {
    refuseOthers(input, [
      'SourceIdentifier',
      'SourceType',
      'StartTime',
      'EndTime',
      'Duration',
      'EventCategories',
      'MaxRecords',
      'Marker',
    ]);
    if (input.SourceIdentifier !== undefined && input.SourceType === undefined) {
      throw invalidCombination('SourceType must be specified when SourceIdentifier is specified.');
    }
    const asked = rds.events.events.filter(
      (event) => event.region === region && isAsked(event, input, rds.clock.now()),
    );
    const { items, Marker } = pageOf(
      asked,
      ({ number }) => String(number).padStart(12, '0'),
      input,
      rds.limits.pageSize,
    );
    return {
      Events: items.map(({ identifier, sourceType, message, categories, date, arn }) => ({
        SourceIdentifier: identifier,
        SourceType: sourceType,
        SourceArn: arn,
        Message: message,
        EventCategories: [...categories],
        Date: date,
      })),
      ...(Marker === undefined ? {} : { Marker }),
    };
  };
}

function isAsked(event: RdsEvent, input: DescribeEventsMessage, now: Date): boolean {
  const end = input.EndTime?.getTime() ?? now.getTime();
  const start = input.StartTime?.getTime() ?? end - (input.Duration ?? defaultEventMinutes) * 60_000;
  const at = event.date.getTime();
  return (
    at >= start &&
    at <= end &&
    (input.SourceType === undefined || event.sourceType === input.SourceType) &&
    (input.SourceIdentifier === undefined || event.identifier === input.SourceIdentifier.toLowerCase()) &&
    (input.EventCategories === undefined || input.EventCategories.some((name) => event.categories.includes(name)))
  );
}
