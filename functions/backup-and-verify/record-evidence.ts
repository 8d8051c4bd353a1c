import { makeObjectStore, type ObjectStore, objectStoreIn } from '../../shared/aws/s3/object-store.ts';
import { config } from '../../shared/config.ts';
import {
  type Evidence,
  RecordEvidenceInput,
  RecordEvidenceOutput,
  type StoredWitness,
} from '../../shared/contracts/backup-and-verify.ts';
import type { Failure } from '../../shared/contracts/common.ts';
import type { Digests, ObjectDigest } from '../../shared/contracts/stored-object.ts';
import type { WitnessHeader } from '../../shared/contracts/witness.ts';
import { withLeftCopy } from '../../shared/domain/backup/left-copy.ts';
import { pauseText } from '../../shared/domain/backup/pause.ts';
import { readableFailure } from '../../shared/domain/backup/readable-failure.ts';
import { copyHours, proofCost } from '../../shared/domain/proof-cost/proof-cost.ts';
import { countProof } from '../../shared/domain/verification/proof-counts.ts';
import { compareWithHistory, warningText } from '../../shared/domain/verification/row-history.ts';
import { assess, type LadderRung, wholeLadder } from '../../shared/domain/verification/verdict.ts';
import { whoseFault } from '../../shared/domain/verification/whose-fault.ts';
import { ObjectChangedError, WitnessMissingError } from '../../shared/errors.ts';
import { newestSequence, storeEvidence, tablesBefore } from '../../shared/evidence/chain-store.ts';
import { SecondBucketEnvironment } from '../../shared/evidence/environment.ts';
import { evidencePrefix } from '../../shared/evidence/keys.ts';
import { writeProofCost } from '../../shared/evidence/proof-cost-store.ts';
import { readRungReport } from '../../shared/evidence/rung-report.ts';
import { readWitnessHeader } from '../../shared/evidence/witness-file.ts';
import { defineTask, logger } from '../../shared/lambda/define-task.ts';
import { publishBackupMetrics } from '../../shared/metrics/backup.ts';
import { databasePolicy, operations } from '../../shared/policy/operations.ts';
import { backupReport } from '../../shared/report/backup/backup-report.ts';

/** More is a migration, which somebody knows of. */
const warningsKept = 100;

/** A quarter of a year of nights. */
const runsInReport = 90;

/**
 * Assesses the run, stores its evidence and the page that is drawn of it, and appends both to the database's chain. A
 * second call is harmless: evidence and page are written once; when they are there already, they are read back, and the
 * record in the chain is found again.
 */
export const recordEvidence = defineTask({
  input: RecordEvidenceInput,
  output: RecordEvidenceOutput,
  environment: SecondBucketEnvironment,
  deps: ({ SECOND_EVIDENCE_BUCKET }) => ({
    store: makeObjectStore(config().evidenceBucket),
    /** Of a proof in the second region. */
    storeIn: (region: string) => objectStoreIn(region, SECOND_EVIDENCE_BUCKET),
    region: config().region,
    policy: operations(),
    stage: config().stage,
    now: () => new Date(),
  }),
  async run(input, { store, storeIn, region, policy, stage, now }) {
    const prefix = input.plan?.evidencePrefix ?? evidencePrefix(undefined, input.executionName);
    const evidenceKey = `${prefix}/evidence.json`;
    const reportKey = `${prefix}/report.html`;
    const provenIn = input.proof?.region ?? region;
    const rungsStore = provenIn === region ? store : storeIn(provenIn);
    const reports = await Promise.all(input.rungsKeys.map((key) => readRungReport(rungsStore, key, input.digests)));
    const { header, headerFailure } = await readHeader(store, input.witness);
    const rungs = wholeLadder(reports.flatMap((report) => report.rungs));
    const tables = reports.flatMap((report) => report.tables ?? []);
    const failure = readableFailure(input.failure ?? headerFailure);
    const cleanUpFailure = readableFailure(input.cleanUpFailure);
    const found = assess(rungs, tables, policy.backupPlan.limits, failure ?? cleanUpFailure);
    const assessed = { ...found, summary: withLeftCopy(found.summary, cleanUpFailure) };
    const blame =
      assessed.verdict === 'failed' ? (whoseFault(ranRungs(rungs), tables, failure ?? cleanUpFailure) ?? null) : null;
    const hours = copyHours(input.phases);
    const copyFailure = readableFailure(input.copyFailure);
    const newestHeartbeatAt = reports.find((report) => report.newestHeartbeatAt != null)?.newestHeartbeatAt ?? null;
    const database = input.plan?.database ?? '_unplanned';
    const before = tables.length === 0 ? [] : await tablesBefore(store, database);
    const warnings = compareWithHistory(tables, before);
    const paused = pauseText(header?.pause);
    const evidenceAfter = (newest: number): Evidence => ({
      schemaVersion: 1,
      workflow: 'backup-and-verify',
      execution: {
        name: input.executionName,
        arn: input.executionArn,
        startedAt: input.startedAt,
        recordedAt: now().toISOString(),
      },
      stage,
      request: input.request,
      database: input.plan?.database ?? null,
      chainedAfter: newest,
      source:
        header === null || input.plan === null
          ? null
          : {
              instance: header.instanceId,
              database: databasePolicy(policy, stage, input.plan.database).database,
              serverVersion: header.server.version,
              systemIdentifier: header.server.systemIdentifier,
              tables: header.tables,
              rows: header.rows,
              bytes: header.bytes,
            },
      snapshot:
        header === null
          ? null
          : {
              id: header.snapshotId,
              createdAt: header.snapshotCreatedAt,
              s1At: header.s1.at,
              s2At: header.s2.at,
              newestHeartbeatAt,
              attempt: header.attempt,
              ...(header.pause === undefined ? {} : { pause: header.pause }),
            },
      proof: input.proof,
      verdict: assessed.verdict,
      summary:
        assessed.summary +
        warningText(warnings) +
        (paused === undefined ? '' : `; ${paused}`) +
        (blame === null ? '' : `; at fault: ${blame.blamed}; ${blame.remedy}`) +
        (provenIn === region ? '' : `; proven by its copy in ${provenIn}`) +
        (copyFailure === null ? '' : `; not copied to another region: ${copyFailure.error}`),
      rungs,
      tables,
      failure,
      cleanUpFailure,
      copiedTo: input.copiedTo,
      copyFailure,
      phases: input.phases,
      counts: tables.length === 0 ? null : countProof(tables),
      warnings: warnings.slice(0, warningsKept),
      objects: objectsOf(input.witness, input.digests),
      cost:
        input.plan === null
          ? null
          : {
              currency: input.plan.cost.currency,
              predicted: input.plan.cost.predicted,
              cap: input.plan.cost.cap,
              actual: hours === null ? null : proofCost(input.plan.cost.size, hours, policy.costs.prices),
            },
    });
    if (input.plan !== null) {
      const { size, proofCostKey } = input.plan.cost;
      const spent = proofCost(size, hours ?? 0, policy.costs.prices);
      const entry = {
        execution: input.executionName,
        database,
        hours: spent.hours,
        money: spent.total,
        isActual: true,
      };
      await writeProofCost(store, proofCostKey, entry);
    }
    if (failure?.error === 'BackupAlreadyRunningError' && input.witness === null) {
      // Nothing was looked at: it is no link of the database's chain and no failed verification.
      const refused = evidenceAfter(await newestSequence(store, database));
      await store.putNew(evidenceKey, JSON.stringify(refused, undefined, 2), 'application/json');
      logger.info('run refused', { evidenceKey, summary: refused.summary });
      return {
        verdict: refused.verdict,
        summary: refused.summary,
        evidenceKey,
        reportKey: evidenceKey,
        chain: null,
        blame: null,
        warnings: 0,
      };
    }
    const { evidence, isNew, place } = await storeEvidence(store, { database, key: evidenceKey }, evidenceAfter, {
      key: reportKey,
      runs: runsInReport,
      draw: (stored, history) => backupReport(stored, policy.platform.timeZone, history),
    });
    if (isNew) publishBackupMetrics(evidence);
    const { verdict, summary } = evidence;
    logger.info('evidence recorded', { evidenceKey, verdict, summary, chain: place });
    return { verdict, summary, blame, evidenceKey, reportKey, chain: place, warnings: evidence.warnings.length };
  },
});
export const { handler } = recordEvidence;

/** Everything that the run stored for itself, in the order of the keys. */
const objectsOf = (witness: StoredWitness | null, digests: Digests): ObjectDigest[] =>
  Object.entries({ ...digests, ...(witness === null ? {} : { [witness.witnessKey]: witness.sha256 }) })
    .map(([key, sha256]) => ({ key, sha256 }))
    .sort((left, right) => (left.key < right.key ? -1 : 1));

const ranRungs = (rungs: readonly LadderRung[]) =>
  rungs.flatMap(({ status, findings }) => (status === 'not run' ? [] : [{ status, findings }]));

/** A witness that somebody changed or removed does not keep the run from being recorded, as failed. */
async function readHeader(
  store: ObjectStore,
  witness: StoredWitness | null,
): Promise<{ readonly header: WitnessHeader | null; readonly headerFailure: Failure | null }> {
  if (witness === null) return { header: null, headerFailure: null };
  try {
    return { header: await readWitnessHeader(store, witness.witnessKey, witness), headerFailure: null };
  } catch (thrown) {
    if (!(thrown instanceof ObjectChangedError || thrown instanceof WitnessMissingError)) throw thrown;
    return { header: null, headerFailure: { state: 'RecordEvidence', error: thrown.name, cause: thrown.message } };
  }
}
