import { makeObjectStore } from '../../shared/aws/s3/object-store.ts';
import { config } from '../../shared/config.ts';
import {
  RecordRemedyInput,
  RecordRemedyOutput,
  RemediationRecord,
} from '../../shared/contracts/remediation/remediation.ts';
import { readableFailure } from '../../shared/domain/backup/readable-failure.ts';
import { assessRemedy } from '../../shared/domain/remediation/outcome.ts';
import { remedyRecordKey } from '../../shared/evidence/keys.ts';
import { defineTask, logger } from '../../shared/lambda/define-task.ts';

/** Records what was done, or would have been. A second call is harmless: the record is written once, and read back. */
export const recordRemedy = defineTask({
  input: RecordRemedyInput,
  output: RecordRemedyOutput,
  deps: () => ({
    store: makeObjectStore(config().evidenceBucket),
    stage: config().stage,
    now: () => new Date(),
  }),
  async run(input, { store, stage, now }) {
    const facts = { ...input, failure: readableFailure(input.failure) };
    const { outcome, summary } = assessRemedy(facts);
    const recordKey = remedyRecordKey(input.startedAt, input.executionName);
    const recordedAt = now().toISOString();
    const record = { ...facts, schemaVersion: 1, workflow: 'remediation', stage, recordedAt, outcome, summary };
    const isNew = await store.putNew(recordKey, JSON.stringify(record, undefined, 2), 'application/json');
    const stored = isNew ? record : RemediationRecord.parse(JSON.parse((await store.getText(recordKey)) ?? ''));
    const assessed = assessRemedy(stored as typeof facts);
    const database = stored.found?.database ?? stored.change?.cause.databases[0] ?? null;
    logger.info('remedy recorded', { recordKey, outcome: assessed.outcome, summary: assessed.summary });
    return { ...assessed, database, recordKey };
  },
});
export const { handler } = recordRemedy;
