import assert from 'node:assert/strict';
import { sha256Of } from '../../../../shared/aws/sha256.ts';
import type { TableWitness, WitnessHeader } from '../../../../shared/contracts/witness.ts';
import { openWitness, readWitnessHeader, witnessKey } from '../../../../shared/evidence/witness-file.ts';

const header: WitnessHeader = {
  schemaVersion: 1,
  executionName: 'run-1',
  attempt: 1,
  instanceId: 'fantasy-dev',
  database: 'fantasy',
  snapshotId: 'gd-backup-fantasy-1-1',
  snapshotCreatedAt: '2026-03-01T08:31:00.000Z',
  server: {
    versionNumber: 180004,
    version: '18.4',
    systemIdentifier: '1',
    databaseOid: 5,
    parameters: {},
    extensions: {},
  },
  s1: { snapshot: '10:10:', at: '2026-03-01T08:30:00.000Z', lsn: '0/1', beat: '1' },
  s2: { snapshot: '20:20:', at: '2026-03-01T08:32:00.000Z', lsn: '0/2', beat: '9' },
  heartbeats: [],
  schema: { atS1: {}, atS2: {} },
  sequences: { atS1: [], atS2: [] },
  tables: 2,
  rows: '0',
  bytes: 0,
  gaps: [],
};
const table = (name: string): TableWitness => ({
  oid: 1,
  table: name,
  kind: 'table',
  method: 'columns 18',
  columns: [],
  filenode: 1,
  bytes: 0,
  rows: '0',
  chunks: [],
  deleted: [],
  kept: [],
  inserted: [],
});

/** A store whose object has these lines; reports how many of them were read. */
function storeOf(lines: readonly string[] | undefined) {
  const read = { lines: 0 };
  async function* generate() {
    for (const line of lines ?? []) {
      read.lines += 1;
      yield line;
    }
  }
  return { read, openGzipLines: async () => (lines === undefined ? undefined : generate()) };
}
async function readAll<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}
const lines = (...values: readonly unknown[]) => values.map((value) => JSON.stringify(value));

describe('a stored witness', () => {
  test('is opened with its header at once and its tables one by one', async () => {
    const store = storeOf(lines(header, table('a'), table('b')));
    const witness = await openWitness(store, 'key');
    assert.equal(witness.header.snapshotId, header.snapshotId);
    assert.equal(store.read.lines, 1);
    assert.equal((await witness.tables.next()).value?.table, 'a');
    assert.equal(store.read.lines, 2);
    assert.deepEqual(
      (await readAll(witness.tables)).map((one) => one.table),
      ['b'],
    );
  });

  test('that is not there or is empty is missing', async () => {
    await assert.rejects(openWitness(storeOf(undefined), 'key'), { name: 'WitnessMissingError' });
    await assert.rejects(openWitness(storeOf([]), 'key'), { name: 'WitnessMissingError' });
  });

  const bindingOf = (...values: readonly unknown[]) => ({
    sha256: 'a'.repeat(64),
    headerSha256: sha256Of(JSON.stringify(values[0])),
    tables: values.length - 1,
    rows: '0',
    bytes: 0,
  });

  test('is believed as the one that the state machine keeps, and closed when its header is enough', async () => {
    const values = [header, table('a'), table('b')];
    let closed = 0;
    const opened: (string | undefined)[] = [];
    const store = {
      openGzipLines: async (_key: string, sha256?: string) => {
        opened.push(sha256);
        const left = lines(...values);
        return {
          next: async () => ({ done: left.length === 0, value: left.shift() ?? '' }) as IteratorResult<string>,
          return: async () => {
            closed += 1;
            return { done: true as const, value: undefined };
          },
          [Symbol.asyncIterator]() {
            return this;
          },
        };
      },
    };
    const bound = bindingOf(...values);
    assert.equal((await readWitnessHeader(store, 'key', bound)).snapshotId, header.snapshotId);
    assert.deepEqual([closed, opened], [1, [bound.sha256]]);
    const { tables } = await openWitness(store, 'key', bound);
    assert.equal((await readAll(tables)).length, 2);
    await assert.rejects(readWitnessHeader(store, 'key', { ...bound, headerSha256: 'b'.repeat(64) }), {
      name: 'ObjectChangedError',
    });
    assert.equal(closed, 2);
  });

  for (const [name, change] of Object.entries({
    'one table less': { tables: 3 },
    'other rows': { rows: '5000' },
    'other bytes': { bytes: 8192 },
  })) {
    test(`with ${name} than the state machine keeps was changed`, async () => {
      const values = [header, table('a'), table('b')];
      const { tables } = await openWitness(storeOf(lines(...values)), 'key', { ...bindingOf(...values), ...change });
      await assert.rejects(readAll(tables), { name: 'ObjectChangedError' });
    });
  }

  test('that was cut off never passes for a whole one', async () => {
    const { tables } = await openWitness(storeOf(lines(header, table('a'))), 'key');
    await assert.rejects(readAll(tables), {
      name: 'WitnessMissingError',
      message: "witness 'key' has 1 tables, 0 rows and 0 bytes, its header says 2, 0 and 0",
    });
  });

  test('of another schema version or with a strange field is refused', async () => {
    await assert.rejects(openWitness(storeOf(lines({ ...header, schemaVersion: 2 })), 'key'));
    const { tables } = await openWitness(storeOf(lines(header, { ...table('a'), colour: 'red' })), 'key');
    await assert.rejects(readAll(tables));
  });

  test('has a key of its own for each attempt', () => {
    assert.notEqual(witnessKey('prefix', 1), witnessKey('prefix', 2));
  });
});
