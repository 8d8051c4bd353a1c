import { setTimeout as delay } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import type pg from 'pg';
import type { SchemaObjects, SequenceState, TableWitness, WitnessHeader } from '../contracts/witness.ts';
import { chunkDeadline } from '../deadlines.ts';
import { coerceError, OperationError, WitnessDeadlineError } from '../errors.ts';
import { sameColumns } from './columns.ts';
import { type ConnectionTarget, withConnection } from './connect.ts';
import { type ExportedSnapshot, exportSnapshot, queryUnder } from './exported-snapshot.ts';
import { type Heart, startHeart } from './heartbeat.ts';
import { parseRelations, type Relation, relationsSql } from './relations.ts';
import { parseSchemaObjects, schemaObjectsSql } from './schema-objects.ts';
import { sequencesSql } from './sequences.ts';
import { readServerFacts } from './server-facts.ts';
import { type SessionPool, withSessionPool } from './session-pool.ts';
import { type ScanNotes, sumTables } from './table-scan.ts';
import { listTouchedRows, type TouchedRows } from './touched-rows.ts';

/** The snapshot of the instance, as seen from here. */
export type WitnessedSnapshot = {
  readonly id: string;
  create(): Promise<void>;
  /** Undefined until the instant lies in the past; `settled` when it surely does, whatever the clocks say. */
  createdAt(): Promise<{ at: string; settled: boolean } | undefined>;
};

export type WitnessRequest = {
  readonly target: ConnectionTarget;
  readonly snapshot: WitnessedSnapshot;
  readonly connections: number;
  readonly marginSeconds: number;
  readonly deadlineSeconds: number;
  readonly identity: Pick<WitnessHeader, 'executionName' | 'attempt' | 'instanceId' | 'database'>;
  onProgress(progress: { readonly step: string; readonly done: number; readonly total: number }): void;
};

export type TakenWitness = { readonly header: WitnessHeader; readonly body: Buffer };

/**
 * Takes the witness of a snapshot: method M2. Nothing is locked beyond the ACCESS SHARE of a read, and that only
 * while one chunk is read.
 *
 *   S1 ─ catalogue ─ beat 1 ─ CreateDBSnapshot ─ … instant L … ─ margin ─ beat 2 ─ S2 ─ catalogue ─ touched rows
 *
 * Beat 1 begins after S1 was taken: a copy that holds it holds every transaction that S1 sees. Beat 2 is committed
 * before S2 is taken: a copy without it holds no transaction that S2 does not see (but for one that committed in
 * the microseconds of beat 2, which would show as unverifiable rows).
 * Table sums may be taken at any time under S1; they run while the snapshot is being made.
 */
export async function takeWitness(request: WitnessRequest): Promise<TakenWitness> {
  const deadlineAt = Date.now() + request.deadlineSeconds * 1000;
  const remaining = () => deadlineAt - Date.now();
  const heart = await startHeart(request.target);
  const held: ExportedSnapshot[] = [];
  const hold = async (name: string) => {
    const snapshot = await exportSnapshot(request.target, name, remaining());
    held.push(snapshot);
    return snapshot;
  };
  try {
    return await withSessionPool(
      request.target,
      { purpose: 'reads the source', size: request.connections, statementTimeout: chunkDeadline },
      (pool) => bracket(request, heart, pool, hold, remaining),
    );
  } catch (thrown) {
    if (remaining() > 0 || thrown instanceof OperationError) throw thrown;
    throw new WitnessDeadlineError(
      `witness of '${request.snapshot.id}' was not complete after ${request.deadlineSeconds} s, which is its deadline`,
      { hints: ['Raise backupPlan.bracket.connections in operations.yml.'], cause: coerceError(thrown) },
    );
  } finally {
    await Promise.all(held.map((snapshot) => snapshot.release()));
    await heart.stop();
  }
}

async function bracket(
  request: WitnessRequest,
  heart: Heart,
  pool: SessionPool,
  hold: (name: string) => Promise<ExportedSnapshot>,
  remaining: () => number,
): Promise<TakenWitness> {
  const { target, snapshot } = request;
  const server = await withConnection(target, { purpose: 'reads the catalogue' }, readServerFacts);
  const s1 = await hold('S1');
  const atS1 = await readCatalogue(target, s1);
  const relations = atS1.relations.filter(({ gap }) => gap === undefined);
  const notes: ScanNotes = { gaps: new Map(), damage: new Map() };
  const firstBeat = await heart.beat();
  await snapshot.create();

  const progress = progressOf(relations, request);
  // Both run to their end before anything is thrown: no query of ours outlives this function.
  const [summed, created] = await Promise.allSettled([
    sumTables(pool, s1.id, relations, notes, progress('sum')),
    awaitInstant(request, remaining).then(async (at) => {
      const lastBeat = await heart.beat();
      return { at, lastBeat, s2: await hold('S2') };
    }),
  ]);
  if (created.status === 'rejected') throw created.reason;
  if (summed.status === 'rejected') throw summed.reason;
  const { s2, lastBeat } = created.value;

  const atS2 = await readCatalogue(target, s2);
  const byOid = new Map(atS2.relations.map((relation) => [relation.oid, relation]));
  noteChangedRelations(relations, byOid, notes);
  const touched = await listTouchedRows(
    pool,
    s1,
    s2,
    relations.map((relation) => ({ ...relation, bytes: byOid.get(relation.oid)?.bytes ?? relation.bytes })),
    atS2.nextMultixact,
    notes,
    progress('touched rows'),
  );

  const tables = relations.map((relation) =>
    tableWitness(relation, summed.value.get(relation.oid) ?? [], touched, notes),
  );
  const known = new Set(atS1.relations.map(({ oid }) => oid));
  const header: WitnessHeader = {
    schemaVersion: 1,
    ...request.identity,
    snapshotId: snapshot.id,
    snapshotCreatedAt: created.value.at,
    server,
    s1: { snapshot: s1.text, at: s1.at, lsn: s1.lsn, beat: firstBeat.beat },
    s2: { snapshot: s2.text, at: s2.at, lsn: s2.lsn, beat: lastBeat.beat },
    heartbeats: heart.beats.filter(({ beat }) => BigInt(beat) <= BigInt(lastBeat.beat)),
    schema: { atS1: atS1.schema, atS2: atS2.schema },
    sequences: { atS1: atS1.sequences, atS2: atS2.sequences },
    tables: tables.length,
    rows: String(tables.reduce((total, table) => total + BigInt(table.rows), 0n)),
    bytes: relations.reduce((total, { bytes }) => total + bytes, 0),
    gaps: [
      ...atS1.relations.flatMap(({ table, gap }) => (gap === undefined ? [] : [{ object: table, problem: gap }])),
      ...atS2.relations
        .filter(({ oid }) => !known.has(oid))
        .map(({ table }) => ({ object: table, problem: 'was created between S1 and S2' })),
    ],
  };
  return { header, body: encodeWitness(header, tables) };
}

type Catalogue = {
  readonly relations: Relation[];
  readonly schema: SchemaObjects;
  readonly sequences: SequenceState[];
  readonly nextMultixact: bigint;
};

function readCatalogue(target: ConnectionTarget, snapshot: ExportedSnapshot): Promise<Catalogue> {
  return withConnection(target, { purpose: 'reads the catalogue' }, async (client: pg.Client) => {
    const [relations = [], schema = [], sequences = [], [multixact] = []] = await queryUnder(client, snapshot.id, [
      relationsSql,
      schemaObjectsSql,
      sequencesSql,
      "select (mxid_age('3'::xid)::int8 + 3)::text as next",
    ]);
    return {
      relations: parseRelations(relations, target.user),
      schema: parseSchemaObjects(schema),
      sequences: sequences as SequenceState[],
      nextMultixact: BigInt(String(multixact?.['next'])),
    };
  });
}

/** Waits until the snapshot's instant is past, and the margin after it. Resolves to the creation time that RDS tells. */
async function awaitInstant(
  { snapshot, marginSeconds, deadlineSeconds, onProgress }: WitnessRequest,
  remaining: () => number,
) {
  const pollMilliseconds = 1000;
  for (;;) {
    if (remaining() <= 0) {
      throw new WitnessDeadlineError(
        `snapshot '${snapshot.id}' told no creation time within ${deadlineSeconds} s, the deadline of S1`,
        {
          hints: [
            'Is another snapshot of the instance in progress?',
            'Was the storage of the instance modified lately?',
          ],
        },
      );
    }
    const created = await snapshot.createdAt();
    if (created !== undefined) {
      if (!created.settled) await delay(marginSeconds * 1000);
      return created.at;
    }
    onProgress({ step: 'snapshot', done: 0, total: 1 });
    await delay(pollMilliseconds);
  }
}

function noteChangedRelations(
  relations: readonly Relation[],
  atS2: ReadonlyMap<number, Relation>,
  { gaps }: ScanNotes,
): void {
  for (const { oid, table, columns, filenode } of relations) {
    const now = atS2.get(oid);
    if (now === undefined) gaps.set(oid, 'was dropped between S1 and S2');
    else if (now.table !== table) gaps.set(oid, `was renamed to '${now.table}' between S1 and S2`);
    else if (now.filenode !== filenode) gaps.set(oid, 'was rewritten between S1 and S2');
    else if (now.gap !== undefined) gaps.set(oid, now.gap);
    else if (!sameColumns(now.columns, columns)) gaps.set(oid, 'got other columns between S1 and S2');
  }
}

function tableWitness(
  { oid, table, kind, method, columns, filenode, bytes }: Relation,
  chunks: TableWitness['chunks'],
  touched: ReadonlyMap<number, TouchedRows>,
  { gaps, damage }: ScanNotes,
): TableWitness {
  const gap = gaps.get(oid);
  const sourceDamage = damage.get(oid);
  const rows = touched.get(oid);
  const provable = gap === undefined && sourceDamage === undefined && rows !== undefined;
  return {
    oid,
    table,
    kind,
    method,
    columns: [...columns],
    filenode,
    bytes,
    rows: String(chunks.reduce((total, chunk) => total + BigInt(chunk?.rows ?? 0), 0n)),
    chunks: provable ? chunks : [],
    deleted: provable ? rows.deleted : [],
    kept: provable ? rows.kept : [],
    inserted: provable ? rows.inserted : [],
    ...(gap === undefined ? {} : { gap }),
    ...(sourceDamage === undefined ? {} : { sourceDamage }),
  };
}

function progressOf(relations: readonly Relation[], { onProgress }: WitnessRequest) {
  const total = relations.reduce((sum, { bytes }) => sum + bytes, 0);
  return (step: string) => {
    let done = 0;
    return ({ bytes }: Relation) => {
      done = Math.min(total, done + Math.min(bytes, 128 * 1024 * 1024));
      onProgress({ step, done, total });
    };
  };
}

/** Two gzip members, the header's and the tables': readers see one stream of JSON lines. */
function encodeWitness(header: WitnessHeader, tables: readonly TableWitness[]): Buffer {
  const lines = (values: readonly unknown[]) => gzipSync(values.map((value) => `${JSON.stringify(value)}\n`).join(''));
  return Buffer.concat([lines([header]), ...tables.map((table) => lines([table]))]);
}
