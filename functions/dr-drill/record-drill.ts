import { makeObjectStore } from '../../shared/aws/s3/object-store.ts';
import { config } from '../../shared/config.ts';
import { type DrillEvidence, RecordDrillInput, RecordDrillOutput } from '../../shared/contracts/dr-drill/dr-drill.ts';
import { readableFailure } from '../../shared/domain/backup/readable-failure.ts';
import { assessDrill } from '../../shared/domain/dr/assess-drill.ts';
import { targetsOf } from '../../shared/domain/dr/targets.ts';
import { drillChain } from '../../shared/domain/evidence/any-evidence.ts';
import { storeEvidence } from '../../shared/evidence/chain-store.ts';
import { readDrills } from '../../shared/evidence/drills.ts';
import { drillPrefix, evidenceKey } from '../../shared/evidence/keys.ts';
import { defineTask, logger } from '../../shared/lambda/define-task.ts';
import { publishDrill } from '../../shared/metrics/drill.ts';
import { operations } from '../../shared/policy/operations.ts';
import { drillReport } from '../../shared/report/dr/drill-report.ts';

/**
 * Assesses the drill against the targets, stores its evidence and page, and appends both to the database's chain of drills. A second
 * call is harmless: what is there already is the answer.
 */
export const recordDrill = defineTask({
  input: RecordDrillInput,
  output: RecordDrillOutput,
  deps: () => ({
    store: makeObjectStore(config().evidenceBucket),
    stage: config().stage,
    policy: operations(),
    now: () => new Date(),
  }),
  async run({ executionName, executionArn, startedAt, ...input }, { store, stage, policy, now }) {
    const done = {
      ...input,
      failure: readableFailure(input.failure),
      cleanUpFailure: readableFailure(input.cleanUpFailure),
    };
    const database = input.plan?.database ?? null;
    const prefix = drillPrefix(database, executionName);
    const targets = targetsOf(policy);
    const assessed = assessDrill({ executionName, executionArn, startedAt, ...done }, targets);
    const { request, ...facts } = done;
    const evidenceAfter = (newest: number): DrillEvidence => ({
      ...{ schemaVersion: 1, workflow: 'dr-drill', stage, request, database, chainedAfter: newest, targets },
      execution: { name: executionName, arn: executionArn, startedAt, recordedAt: now().toISOString() },
      sourceBytes: input.prepared?.bytes ?? null,
      ...assessed,
      ...facts,
    });
    const before = database === null ? [] : await readDrills(store, database);
    const reportKey = `${prefix}/report.html`;
    const key = evidenceKey(prefix);
    const { evidence, isNew, place } = await storeEvidence(
      store,
      { database: drillChain(database), key },
      evidenceAfter,
      {
        key: reportKey,
        runs: 1,
        draw: (stored) =>
          drillReport(
            stored,
            before.filter(({ execution }) => execution.name !== executionName),
            policy.platform.timeZone,
          ),
      },
    );
    const { result, severity, summary, left } = evidence;
    if (isNew) publishDrill(evidence);
    logger.info('drill recorded', { recordKey: key, result, summary, chain: place });
    return { database, result, severity, summary, left, recordKey: key, reportKey, chain: place };
  },
});
export const { handler } = recordDrill;
