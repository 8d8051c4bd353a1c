import assert from 'node:assert/strict';
import { StatesError } from '../../sandbox/asl/states-error.ts';
import type { TaskRunner } from '../../sandbox/asl/task-runner.ts';
import { sha256Of } from '../../shared/aws/sha256.ts';
import type { Message } from '../../shared/aws/sns.ts';
import * as nightly from '../../shared/contracts/nightly-backup.ts';
import { PublishOutcomeInput, PublishOutcomeOutput } from '../../shared/contracts/outcome.ts';
import { evidenceKey, evidencePrefix } from '../../shared/evidence/keys.ts';
import { evidenceWith } from '../support/evidence-sample.ts';
import { operationsWith } from '../support/operations-with.ts';
import { workflowBench } from './workflow-support.ts';

// They import operations.yml, which the bundler resolves in production.
await import('../unit/shared/policy/load-operations.ts');
const { planFleet } = await import('../../functions/nightly-backup/plan-fleet.ts');
const { recordFleet } = await import('../../functions/nightly-backup/record-fleet.ts');
const { publishOutcome } = await import('../../functions/outcome/publish-outcome.ts');

const contracts = {
  planFleet: [nightly.PlanFleetInput, nightly.PlanFleetOutput],
  recordFleet: [nightly.RecordFleetInput, nightly.RecordFleetOutput],
  publishOutcome: [PublishOutcomeInput, PublishOutcomeOutput],
} as const;

/** What a state may hold. */
const mostBytes = 262_144;
/** As long as `operations.yml` allows. */
const nameOf = (index: number) => `database-of-the-fleet-${String(index).padStart(8, '0')}`;

/** A night of so many databases with the real functions and a bucket in memory. */
async function night(size: number, isSound: (index: number) => boolean) {
  const objects = new Map<string, string>();
  const messages: Message[] = [];
  const unused = (): never => assert.fail('a night does not do this');
  const store = {
    getText: async (key: string) => objects.get(key),
    put: async (key: string, body: string | Buffer) => void objects.set(key, String(body)),
    digestOf: async (key: string) => sha256Of(objects.get(key) ?? ''),
    listKeys: async (prefix: string) => [...objects.keys()].filter((key) => key.startsWith(prefix)),
    ...{ exists: unused, putNew: unused, openGzipLines: unused },
  };
  const names = Array.from({ length: size }, (_, index) => nameOf(index));
  const policy = operationsWith(names);
  const deps = { store, bucket: 'evidence', policy, stage: 'dev' as const };
  const topics = {
    publish: async (_: string, message: Message) => {
      assert.ok(Buffer.byteLength(message.text) < mostBytes, 'SNS takes the message');
      messages.push(message);
      return 'message-1';
    },
  };
  const task = { remainingTime: () => 60_000, progress: () => {} };
  const now = () => new Date('2026-03-01T08:45:00.000Z');
  const { run } = workflowBench({
    workflow: 'nightly-backup',
    contracts,
    soundInput: {},
    soundRun: {
      planFleet: (input) => planFleet.run(input, deps, task),
      recordFleet: (input) => recordFleet.run(input, { store, stage: 'dev', timeZone: 'UTC', now }, task),
      publishOutcome: (input) =>
        publishOutcome.run(
          input,
          // Only these two members are read.
          { topics, store, config: { stage: 'dev', evidenceBucket: 'evidence' } as never },
          task,
        ),
    },
  });
  const failure = JSON.stringify({
    Cause: `failed: rows differ ${'x'.repeat(30_000)}`,
    Error: 'BackupNotProven',
    Status: 'FAILED',
  });
  const sample = evidenceWith((place) => place);
  const others: TaskRunner = async (resource, given) => {
    const { Key, Body, Input, Name } = given as {
      Key: string;
      Body: string;
      Input: { database: string };
      Name: string;
    };
    if (resource.endsWith(':s3:getObject')) return { Body: objects.get(Key) };
    if (resource.endsWith(':s3:putObject')) return void objects.set(Key, Body);
    const sound = isSound(names.indexOf(Input.database));
    const evidence = {
      ...sample,
      database: Input.database,
      verdict: sound ? 'exact' : 'failed',
      summary: sound ? 'all rows are proven' : `tables: ${'y'.repeat(2000)}`,
    };
    objects.set(evidenceKey(evidencePrefix(Input.database, Name)), JSON.stringify(evidence));
    if (!sound) throw new StatesError('States.TaskFailed', failure);
    return { Output: { verdict: 'exact' }, Status: 'SUCCEEDED' };
  };
  const result = await run({}, { others });
  const largest = Math.max(...result.events.map((event) => Buffer.byteLength(JSON.stringify(event))));
  const recordKey = 'nightly-backup/run-1/record.json';
  return { result, messages, largest, record: nightly.FleetRecord.parse(JSON.parse(objects.get(recordKey) ?? '{}')) };
}

describe('a large night', () => {
  for (const [title, size, isSound] of [
    ['300 failing', 300, () => false],
    ['1200 sound', 1200, () => true],
    ['5000 mixed', 5000, (index: number) => index % 3 > 0],
  ] as const) {
    test(`of ${title} databases is recorded whole, names each that failed, and is reported once`, async () => {
      const { result, messages, largest, record } = await night(size, isSound);
      const unproven = Array.from({ length: size }, (_, index) => index)
        .filter((index) => !isSound(index))
        .map(nameOf);
      assert.equal(result.status, unproven.length === 0 ? 'SUCCEEDED' : 'FAILED', result.cause ?? '');
      assert.equal(record.databases.length, size);
      assert.equal(record.failure, null);
      assert.deepEqual(
        record.databases.filter(({ isProven }) => !isProven).map(({ database }) => database),
        unproven,
      );
      assert.equal(messages.length, 1);
      const lines = new Set(messages[0]?.text.split('\n').map((line) => line.split(':')[0]));
      assert.deepEqual(
        unproven.filter((name) => !lines.has(name)),
        [],
      );
      assert.ok(largest < mostBytes, `the largest event has ${largest} bytes`);
      if (unproven.length > 0) assert.match(result.cause ?? '', new RegExp(`^${unproven.length} of ${size} backups`));
    });
  }
});
