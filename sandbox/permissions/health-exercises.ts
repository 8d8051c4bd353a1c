import type { Sandbox } from '../sandbox.ts';
import type { Exercise } from './exercises.ts';
import { runSchedule } from './run-schedule.ts';
import { countSinceYesterday } from './yesterday.ts';

/** The report of slow queries, and the way of logs to where they are kept for a year. */
export const exercisesOfLogs = (database: string, sourceInstanceId: string): Exercise[] => [
  {
    title: 'the report of slow queries after a day that was counted',
    async run(sandbox) {
      await countSinceYesterday(sandbox, { database, instanceId: sourceInstanceId });
      return await runSchedule(sandbox, 'slow-query-report');
    },
  },
  { title: 'logs on their way to a year of rest', run: deliverLogs },
];

async function deliverLogs(sandbox: Sandbox): Promise<string | undefined> {
  await sandbox.firehose.flush();
  const bucket = sandbox.template.buckets.find(({ logicalId }) => logicalId === 'ColdLogsBucket')?.name ?? '';
  const keys = [...(sandbox.s3.buckets.find(bucket)?.objects.keys() ?? [])];
  const failed = keys.filter((key) => key.startsWith('failed/'));
  if (failed.length > 0) return `${failed.length} records were not masked`;
  return keys.some((key) => key.startsWith('logs/')) ? undefined : 'nothing was delivered';
}
