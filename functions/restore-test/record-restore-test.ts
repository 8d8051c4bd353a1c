import { makeObjectStore, type ObjectStore, objectStoreIn } from '../../shared/aws/s3/object-store.ts';
import { config } from '../../shared/config.ts';
import type { Failure } from '../../shared/contracts/common.ts';
import type { RecoveryPage } from '../../shared/contracts/restore-test.ts';
import {
  type PlannedTrial,
  RecordRestoreTestInput,
  RecordRestoreTestOutput,
  type RestoreTestEvidence,
  type TrialResult,
  type TriedPath,
} from '../../shared/contracts/restore-test.ts';
import type { RungReport } from '../../shared/contracts/verification.ts';
import { readableFailure } from '../../shared/domain/backup/readable-failure.ts';
import { restoreTestChain } from '../../shared/domain/evidence/any-evidence.ts';
import { assessTest } from '../../shared/domain/restore/assess-test.ts';
import { assessTrial } from '../../shared/domain/restore/assess-trial.ts';
import { recoveryPaths } from '../../shared/domain/restore/recovery.ts';
import { ObjectChangedError, PathUnansweredError, WitnessMissingError } from '../../shared/errors.ts';
import { storeEvidence } from '../../shared/evidence/chain-store.ts';
import { SecondBucketEnvironment } from '../../shared/evidence/environment.ts';
import { evidenceKey as evidenceKeyBelow, recoveryPageKey, restoreTestPrefix } from '../../shared/evidence/keys.ts';
import { writeProofCost } from '../../shared/evidence/proof-cost-store.ts';
import { readRestoreTests } from '../../shared/evidence/restore-tests.ts';
import { readRungReport } from '../../shared/evidence/rung-report.ts';
import { defineTask, logger } from '../../shared/lambda/define-task.ts';
import { operations } from '../../shared/policy/operations.ts';
import { recoveryReport } from '../../shared/report/restore/recovery-report.ts';
import { restoreTestReport } from '../../shared/report/restore/restore-test-report.ts';

/**
 * Assesses each path by what its proof found, stores the evidence with its report, appends both to the database's chain of
 * restore tests, and draws the page of its ways back anew. A second call is harmless: evidence and report are written once and
 * read back, and the page is drawn of the chain.
 */
export const recordRestoreTest = defineTask({
  input: RecordRestoreTestInput,
  output: RecordRestoreTestOutput,
  environment: SecondBucketEnvironment,
  deps: ({ SECOND_EVIDENCE_BUCKET }) => ({
    store: makeObjectStore(config().evidenceBucket),
    /** Of proofs in the second region. */
    storeIn: (region: string) => objectStoreIn(region, SECOND_EVIDENCE_BUCKET),
    config: config(),
    policy: operations(),
    now: () => new Date(),
  }),
  async run(input, { store, storeIn, config: { stage, region }, policy, now }) {
    const { executionName, executionArn, startedAt, plan } = input;
    const failure = readableFailure(input.failure);
    const database = plan?.database ?? null;
    const prefix = restoreTestPrefix(database, executionName);
    const tried = await Promise.all(
      (plan?.trials ?? []).map(async (trial): Promise<TriedPath> => {
        const result = input.results.find(({ path }) => path === trial.path) ?? unanswered(trial, failure);
        const { reports, unread } = await readReports(trial.region === region ? store : storeIn(trial.region), result);
        return assessTrial(trial, { ...result, failure: result.failure ?? unread }, reports, {
          limits: policy.backupPlan.limits,
          targetMinutes: targetOf(policy.restoreTest.targetMinutes, trial),
          prices: policy.costs.prices,
        });
      }),
    );
    for (const [index, { actual }] of tried.entries()) {
      const { executionName: execution, proofCostKey } = plan?.trials[index] ?? {};
      if (execution === undefined || proofCostKey === undefined || database === null) continue;
      const entry = { execution, database, hours: actual?.hours ?? 0, money: actual === null ? 0 : actual.total };
      await writeProofCost(store, proofCostKey, { ...entry, isActual: true });
    }
    const notTried = plan?.notTried ?? [];
    const assessed = assessTest(tried, notTried, failure);
    const evidenceKey = evidenceKeyBelow(prefix);
    const reportKey = `${prefix}/report.html`;
    const evidenceAfter = (newest: number): RestoreTestEvidence => ({
      schemaVersion: 1,
      workflow: 'restore-test',
      execution: { name: executionName, arn: executionArn, startedAt, recordedAt: now().toISOString() },
      stage,
      request: input.request,
      database,
      chainedAfter: newest,
      sourceBytes: plan?.sourceBytes ?? null,
      isProven: assessed.isProven,
      verdict: assessed.verdict,
      summary: assessed.summary,
      currency: policy.costs.currency,
      tried,
      notTried,
      failure,
    });
    const chain = restoreTestChain(database);
    const { evidence, place } = await storeEvidence(store, { database: chain, key: evidenceKey }, evidenceAfter, {
      key: reportKey,
      runs: 1,
      draw: (stored) => restoreTestReport(stored, policy.platform.timeZone),
    });
    const { isProven, summary } = evidence;
    logger.info('restore test recorded', { evidenceKey, isProven, summary, chain: place });
    const { severity } = assessTest(evidence.tried, evidence.notTried, evidence.failure);
    const pageKey = database === null ? null : recoveryPageKey(database, 'html');
    if (database !== null) {
      const paths = recoveryPaths(await readRestoreTests(store, database), policy.restoreTest, now());
      const ways: RecoveryPage = { schemaVersion: 1, database, stage, drawnAt: now().toISOString(), paths };
      await store.put(recoveryPageKey(database, 'json'), JSON.stringify(ways, undefined, 2), 'application/json');
      await store.put(
        recoveryPageKey(database, 'html'),
        recoveryReport(ways, policy.platform.timeZone),
        'text/html; charset=utf-8',
      );
    }
    return { database, isProven, severity, summary, evidenceKey, reportKey, pageKey, chain: place };
  },
});
export const { handler } = recordRestoreTest;

type Read = { readonly reports: readonly RungReport[]; readonly unread: Failure | null };

/** Rungs that somebody changed or removed make their own path fail, and no other one. */
async function readReports(store: ObjectStore, { result }: TrialResult): Promise<Read> {
  try {
    const read = (result?.rungsKeys ?? []).map((key) => readRungReport(store, key, result?.digests ?? {}));
    return { reports: await Promise.all(read), unread: null };
  } catch (thrown) {
    if (!(thrown instanceof ObjectChangedError || thrown instanceof WitnessMissingError)) throw thrown;
    return { reports: [], unread: { state: 'RecordRestoreTest', error: thrown.name, cause: thrown.message } };
  }
}

const targetOf = (targets: Readonly<Record<string, number | undefined>>, { path }: PlannedTrial): number | null =>
  targets[path] ?? null;

/** The Map ended before the path did. */
function unanswered({ path }: PlannedTrial, failure: TrialResult['failure']): TrialResult {
  const { name, message } = new PathUnansweredError(`nothing is known of the proof of path '${path}'`);
  return {
    path,
    proof: null,
    result: null,
    failure: failure ?? { state: 'TryPaths', error: name, cause: message },
    cleanUpFailure: null,
  };
}
