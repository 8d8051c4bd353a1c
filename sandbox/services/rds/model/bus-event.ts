import type { RdsEvent } from './event-log.ts';

const kinds: Readonly<Record<string, readonly [detailType: string, sourceType: string]>> = {
  'db-instance': ['RDS DB Instance Event', 'DB_INSTANCE'],
  'db-snapshot': ['RDS DB Snapshot Event', 'SNAPSHOT'],
};

/** An event of RDS as EventBridge delivers it. */
export function busEvent(event: RdsEvent) {
  const [detailType = '', SourceType = ''] = kinds[event.sourceType] ?? [];
  return {
    source: 'aws.rds',
    detailType,
    resources: [event.arn],
    time: event.date,
    detail: {
      EventCategories: [...event.categories],
      SourceType,
      SourceArn: event.arn,
      Date: event.date.toISOString(),
      Message: event.message,
      SourceIdentifier: event.identifier,
      EventID: event.id,
      Tags: Object.fromEntries(event.tags.map(({ Key = '', Value = '' }) => [Key, Value])),
    },
  };
}
