import { makeObjectStore, type ObjectStore } from '../../shared/aws/s3/object-store.ts';
import { config } from '../../shared/config.ts';
import { Evidence } from '../../shared/contracts/backup-and-verify.ts';
import {
  type FleetRecord,
  type PlannedBackup,
  RecordFleetInput,
  RecordFleetOutput,
} from '../../shared/contracts/nightly-backup.ts';
import { assessBackup, type FoundEvidence, fleetSummary, nightSeverity } from '../../shared/domain/backup/fleet.ts';
import { readableFailure } from '../../shared/domain/backup/readable-failure.ts';
import { evidenceKey, evidencePrefix } from '../../shared/evidence/keys.ts';
import { defineTask, logger } from '../../shared/lambda/define-task.ts';
import { operations } from '../../shared/policy/operations.ts';
import { fleetReport } from '../../shared/report/backup/fleet-report.ts';

/**
 * Assessors the night by how each execution ended and by the evidence that it left, and stores both as JSON and as a page.
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
  async run({ executionName, executionArn, startedAt, databases, runs, failure: reported }, deps) {
    const { store, stage, timeZone, now } = deps;
    const failure = readableFailure(reported);
    const entries = await Promise.all(
      databases.map(async (planned) =>
        assessBackup(
          planned,
          runs.find(({ database }) => database === planned.database),
          await findEvidence(store, planned),
          failure,
        ),
      ),
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
    await store.put(recordKey, JSON.stringify(record, undefined, 2), 'application/json');
    await store.put(pageKey, fleetReport(record, timeZone), 'text/html; charset=utf-8');
    logger.info('night recorded', { recordKey, summary });
    return { isProven, severity: nightSeverity(entries, failure), summary, recordKey, pageKey };
  },
});
export const { handler } = recordFleet;

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
