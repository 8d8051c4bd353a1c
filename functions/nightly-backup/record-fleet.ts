import { makeObjectStore, type ObjectStore } from '../../shared/aws/s3/object-store.ts';
import { sha256Of } from '../../shared/aws/sha256.ts';
import { someAtOnce } from '../../shared/aws/some-at-once.ts';
import { config } from '../../shared/config.ts';
import { Evidence } from '../../shared/contracts/backup-and-verify.ts';
import {
  FleetPlan,
  type FleetRecord,
  type PlannedBackup,
  RecordFleetInput,
  RecordFleetOutput,
} from '../../shared/contracts/nightly-backup.ts';
import type { ObjectDigest } from '../../shared/contracts/stored-object.ts';
import { assessBackup, type FoundEvidence, fleetSummary, nightSeverity } from '../../shared/domain/backup/fleet.ts';
import { readableFailure } from '../../shared/domain/backup/readable-failure.ts';
import { ProgressMissingError } from '../../shared/errors.ts';
import { evidenceKey, evidencePrefix } from '../../shared/evidence/keys.ts';
import { readMapResults } from '../../shared/evidence/map-results.ts';
import { rememberNight } from '../../shared/evidence/night-history.ts';
import { defineTask, logger } from '../../shared/lambda/define-task.ts';
import { operations } from '../../shared/policy/operations.ts';
import { fleetReport } from '../../shared/report/backup/fleet-report.ts';

/** An evidence of 10,000 tables has 2 MB. */
const evidenceAtOnce = 16;

/**
 * Assesses the night by how each execution ended and by the evidence that it left, and stores both as JSON and as a page.
 * A second call is harmless: it assesses the same and stores it again.
 */
export const recordFleet = defineTask({
  input: RecordFleetInput,
  output: RecordFleetOutput,
  deps: () => ({
    store: makeObjectStore(config().evidenceBucket),
    stage: config().stage,
    timeZone: operations().platform.timeZone,
    now: () => new Date(),
  }),
  async run({ executionName, executionArn, startedAt, plan, resultsKey, failure: reported }, deps) {
    const { store, stage, timeZone, now } = deps;
    const failure = readableFailure(reported);
    const databases = plan === null ? [] : FleetPlan.parse(JSON.parse(await readPlan(store, plan)));
    const ended = resultsKey === null ? [] : await readMapResults(store, resultsKey);
    const runs = new Map(ended.map((run) => [run.database, run]));
    const entries = await someAtOnce(databases, evidenceAtOnce, async (planned) =>
      assessBackup(planned, runs.get(planned.database), await findEvidence(store, planned), failure),
    );
    const summary = fleetSummary(entries, failure);
    const isProven = failure === null && entries.length > 0 && entries.every((entry) => entry.isProven);
    const recordKey = `nightly-backup/${executionName}/record.json`;
    const pageKey = `nightly-backup/${executionName}/report.html`;
    const record: FleetRecord = {
      schemaVersion: 1,
      workflow: 'nightly-backup',
      execution: { name: executionName, arn: executionArn, startedAt, recordedAt: now().toISOString() },
      stage,
      isProven,
      summary,
      databases: entries,
      failure,
    };
    const text = JSON.stringify(record, undefined, 2);
    await store.put(recordKey, text, 'application/json');
    const nights = await rememberNight(store, executionName, {
      schemaVersion: 1,
      startedAt,
      isProven,
      proven: entries.filter((entry) => entry.isProven).length,
      databases: entries.length,
      pageKey,
    });
    await store.put(pageKey, fleetReport(record, timeZone, nights), 'text/html; charset=utf-8');
    logger.info('night recorded', { recordKey, summary });
    const severity = nightSeverity(entries, failure);
    return { isProven, severity, summary, recordKey, recordSha256: sha256Of(text), pageKey };
  },
});
export const { handler } = recordFleet;

async function readPlan(store: ObjectStore, { key, sha256 }: ObjectDigest): Promise<string> {
  const text = await store.getText(key, sha256);
  if (text === undefined) throw new ProgressMissingError(`plan '${key}' of the night is not in the evidence bucket`);
  return text;
}

/** A run that could not be planned keeps its evidence in a folder of its own. */
async function findEvidence(
  store: ObjectStore,
  { database, executionName }: PlannedBackup,
): Promise<FoundEvidence | undefined> {
  for (const folder of [database, undefined]) {
    const key = evidenceKey(evidencePrefix(folder, executionName));
    const text = await store.getText(key);
    if (text !== undefined) return { key, evidence: Evidence.parse(JSON.parse(text)) };
  }
  return undefined;
}
