/** A thread with a function's memory that reads a large witness as the verifying functions do. */
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { getHeapStatistics } from 'node:v8';
import { parentPort, workerData } from 'node:worker_threads';
import { gzipSync } from 'node:zlib';
import { ObjectBody } from '../../../../shared/aws/object-body.ts';
import { linesOf } from '../../../../shared/aws/object-lines.ts';
import type { TableWitness, WitnessHeader } from '../../../../shared/contracts/witness.ts';
import { openWitness } from '../../../../shared/evidence/witness-file.ts';

const { tables } = workerData as { tables: number };
const nameOf = (index: number) => `public.a_table_with_a_name_of_some_length_${index}`;

/** Of each table what a catalogue has: itself, its key with an index and a constraint, its privileges. */
function* objects(): Generator<[string, string]> {
  for (let index = 0; index < tables; index += 1) {
    const md5 = createHash('md5').update(String(index)).digest('hex');
    for (const kind of ['relation', 'index', 'constraint', 'privileges of'])
      yield [`${kind} ${nameOf(index)}${kind === 'index' ? '_pkey' : ''}`, md5];
  }
}

function header(): WitnessHeader {
  const moment = { snapshot: '10:10:', at: '2026-03-01T08:30:00.000Z', lsn: '0/1', beat: '1' };
  const schema = Object.fromEntries(objects());
  return {
    ...{ schemaVersion: 1, executionName: 'run-1', attempt: 1, instanceId: 'large', database: 'large' },
    ...{ snapshotId: 'gd-backup-large-1-1', snapshotCreatedAt: '2026-03-01T08:31:00.000Z' },
    server: {
      versionNumber: 180004,
      version: '18.4',
      systemIdentifier: '1',
      databaseOid: 5,
      parameters: {},
      extensions: {},
    },
    ...{ s1: moment, s2: moment, heartbeats: [], schema: { atS1: schema, atS2: schema } },
    sequences: { atS1: [], atS2: [] },
    ...{ tables, rows: '0', bytes: 0, gaps: [] },
  };
}

const table = (index: number): TableWitness => ({
  ...{ oid: index, table: nameOf(index), kind: 'table', method: 'columns 18', filenode: index, bytes: 0, rows: '0' },
  columns: ['id', 'note', 'at', 'amount'].map((name, place) => ({
    number: place + 1,
    name,
    notNull: true,
    by: 'int4',
  })),
  chunks: [{ firstBlock: 0, rows: '0', sum: '0' }],
  ...{ deleted: [], kept: [], inserted: [] },
});

function witness(): Buffer {
  const members = [gzipSync(`${JSON.stringify(header())}\n`)];
  for (let from = 0; from < tables; from += 200) {
    const lines = Array.from(
      { length: Math.min(200, tables - from) },
      (_, n) => `${JSON.stringify(table(from + n))}\n`,
    );
    members.push(gzipSync(lines.join('')));
  }
  return Buffer.concat(members);
}

const stored = witness();
const store = {
  openGzipLines: async () => {
    const body = Readable.from(
      (function* () {
        for (let from = 0; from < stored.length; from += 65_536) yield stored.subarray(from, from + 65_536);
      })(),
    );
    const again = () => Promise.reject(new Error('it is whole'));
    return linesOf(
      'a witness',
      new ObjectBody('a witness', { body, length: stored.length, etag: '"1"' }, again),
      undefined,
    );
  },
};

let heap = getHeapStatistics();
const opened = await openWitness(store, 'key');
let count = 0;
for await (const _ of opened.tables) {
  count += 1;
  const now = getHeapStatistics();
  if (now.used_heap_size + now.external_memory > heap.used_heap_size + heap.external_memory) heap = now;
}
parentPort?.postMessage({ tables: count, header: opened.header.tables, heap });
