import { makeServerLogFiles } from '../../shared/aws/rds/log-files.ts';
import { makeObjectStore } from '../../shared/aws/s3/object-store.ts';
import { someAtOnce } from '../../shared/aws/some-at-once.ts';
import { config } from '../../shared/config.ts';
import { ReadServerLogsInput, ReadServerLogsOutput } from '../../shared/contracts/slow-query-report.ts';
import { logFindingsKey } from '../../shared/evidence/keys.ts';
import { defineTask, logger } from '../../shared/lambda/define-task.ts';
import { operations, stagePolicy } from '../../shared/policy/operations.ts';
import { watchedInstances } from '../../shared/rules/health.ts';
import { collectServerLog } from '../../shared/statements/collect-server-log.ts';

/** RDS reads a log on the instance itself, and throttles who reads much at a time. */
const mostAtOnce = 4;
const DAY = 86_400_000;

/**
 * Counts what went wrong by the logs of the instances, of the day before the execution began. Only what is masked is kept. It reads
 * by the same window each time, so a second call is harmless.
 */
export const readServerLogs = defineTask({
  input: ReadServerLogsInput,
  output: ReadServerLogsOutput,
  deps: () => ({
    files: makeServerLogFiles(),
    store: makeObjectStore(config().evidenceBucket),
    mostBytes: operations().logs.serverLogMegabytes * 1_000_000,
    instances: watchedInstances(stagePolicy(operations(), config().stage).databases).flatMap(
      ({ instanceId, replicas }) => [instanceId, ...replicas],
    ),
  }),
  async run({ executionName, startedAt }, { instances, store, ...parts }) {
    const to = Date.parse(startedAt);
    const read = await someAtOnce([...new Set(instances)], mostAtOnce, async (instanceId) => {
      const findings = await collectServerLog(instanceId, { from: to - DAY, to }, parts);
      const key = logFindingsKey(executionName, instanceId);
      await store.put(key, JSON.stringify(findings), 'application/json');
      const kinds = Object.fromEntries(findings.kinds.map(({ kind, count }) => [kind, count]));
      logger.info('server log read', { instanceId, bytes: findings.bytes, kinds, gaps: findings.gaps });
      return { instanceId, key };
    });
    return { instances: read };
  },
});
export const { handler } = readServerLogs;
