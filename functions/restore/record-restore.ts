import { makeObjectStore, type ObjectStore } from '../../shared/aws/s3/object-store.ts';
import { config } from '../../shared/config.ts';
import type { Failure } from '../../shared/contracts/common.ts';
import { RecordRestoreInput, RecordRestoreOutput, RestoreRecord } from '../../shared/contracts/restore/restore.ts';
import type { Rung } from '../../shared/contracts/verification.ts';
import { assessRestore } from '../../shared/domain/restore/assess-restore.ts';
import { ObjectChangedError, WitnessMissingError } from '../../shared/errors.ts';
import { keepRecord } from '../../shared/evidence/keep-record.ts';
import { restorePrefix } from '../../shared/evidence/keys.ts';
import { readRungReport } from '../../shared/evidence/rung-report.ts';
import { defineTask, logger } from '../../shared/lambda/define-task.ts';
import { operations } from '../../shared/policy/operations.ts';
import { restoreReport } from '../../shared/report/restore/restore-report.ts';

/** Named at most: the whole is in the rungs. */
const mostFindings = 200;

/**
 * Keeps what was decided, restored and found, and its page. A second call is harmless: a record is written once, and the one that is
 * there is the answer.
 */
export const recordRestore = defineTask({
  input: RecordRestoreInput,
  output: RecordRestoreOutput,
  deps: () => ({
    store: makeObjectStore(config().evidenceBucket) as Pick<ObjectStore, 'putNew' | 'getText'>,
    stage: config().stage,
    timeZone: operations().platform.timeZone,
    now: () => new Date(),
  }),
  async run(input, { store, stage, timeZone, now }) {
    const { executionName, executionArn, startedAt, request, plan, endpoint, newestHeartbeatAt } = input;
    const { differences, answers, failure, deleteFailure, phases } = input;
    const database = plan?.database ?? null;
    const { rungs, unread } = await readRungs(store, input);
    const made: RestoreRecord = {
      schemaVersion: 1,
      workflow: 'restore',
      execution: { name: executionName, arn: executionArn, startedAt, recordedAt: now().toISOString() },
      ...{ stage, request, database },
      ...assessRestore(input, rungs),
      ...{ plan, endpoint, newestHeartbeatAt, differences, merge: input.merge },
      rungs: rungs.map(({ name, status, summary }) => ({ name, status, summary })),
      findings: rungs
        .flatMap(({ name, findings }) => findings.map((finding) => ({ rung: name, ...finding })))
        .slice(0, mostFindings),
      ...{ unread, answers, failure, deleteFailure, phases },
    };
    const { record, recordKey, reportKey } = await keepRecord(store, restorePrefix(database, executionName), made, {
      parse: (value) => RestoreRecord.parse(value),
      page: (record) => restoreReport(record, timeZone),
    });
    const { result, severity, summary, left } = record;
    logger.info('restore recorded', { recordKey, result, summary });
    return { database, result, severity, summary, left, recordKey, reportKey };
  },
});
export const { handler } = recordRestore;

/** Of each rung the last that was looked at: what was found before the moment was changed is of another instance. */
async function readRungs(
  store: Pick<ObjectStore, 'getText'>,
  { rungsKeys, digests }: RecordRestoreInput,
): Promise<{ readonly rungs: readonly Rung[]; readonly unread: Failure | null }> {
  try {
    const reports = await Promise.all(rungsKeys.map((key) => readRungReport(store, key, digests)));
    const byName = new Map(reports.flatMap(({ rungs }) => rungs).map((rung) => [rung.name, rung]));
    return { rungs: [...byName.values()], unread: null };
  } catch (thrown) {
    if (!(thrown instanceof ObjectChangedError || thrown instanceof WitnessMissingError)) throw thrown;
    return { rungs: [], unread: { state: 'RecordRestore', error: thrown.name, cause: thrown.message } };
  }
}
