import { gzipSync } from 'node:zlib';
import type { Heartbeat, TableWitness, WitnessHeader } from '../../contracts/witness.ts';
import type { HeldSnapshot } from '../../contracts/witness-progress.ts';
import type { Relation } from './relations.ts';
import type { BracketEnd, WitnessState } from './witness-state.ts';

export type TakenWitness = { readonly header: WitnessHeader; readonly body: Buffer };

/** Makes the witness of what was taken; every chunk is summed and listed, or its table is noted. */
export function assembleWitness(
  identity: Pick<WitnessHeader, 'executionName' | 'attempt' | 'instanceId' | 'database' | 'snapshotId'>,
  state: WitnessState,
  end: BracketEnd,
  { s1, s2, beats }: { readonly s1: HeldSnapshot; readonly s2: HeldSnapshot; readonly beats: readonly Heartbeat[] },
): TakenWitness {
  const { atS1, server } = state;
  const { atS2, lastBeat } = end;
  const catalogues = atS1.relations.filter(isCatalogue);
  const users = atS1.relations.filter((relation) => !isCatalogue(relation));
  const relations = users.filter(({ gap }) => gap === undefined);
  const tables = relations.map((relation) => tableWitness(relation, state));
  const known = new Set(atS1.relations.map(({ oid }) => oid));
  const header: WitnessHeader = {
    schemaVersion: 1,
    ...identity,
    snapshotCreatedAt: end.snapshotCreatedAt,
    server,
    s1: { snapshot: s1.text, at: s1.at, lsn: s1.lsn, beat: state.firstBeat.beat },
    s2: { snapshot: s2.text, at: s2.at, lsn: s2.lsn, beat: lastBeat.beat },
    heartbeats: [...state.beats, ...beats].filter(({ beat }) => BigInt(beat) <= BigInt(lastBeat.beat)),
    schema: { atS1: atS1.schema, atS2: atS2.schema },
    sequences: { atS1: [...atS1.sequences], atS2: [...atS2.sequences] },
    tables: tables.length,
    rows: String(tables.reduce((total, table) => total + BigInt(table.rows), 0n)),
    bytes: relations.reduce((total, { bytes }) => total + bytes, 0),
    gaps: [
      ...users.flatMap(({ table, gap }) => (gap === undefined ? [] : [{ object: table, problem: gap }])),
      ...atS2.relations
        .filter(({ oid }) => !known.has(oid))
        .map(({ table }) => ({ object: table, problem: 'was created between S1 and S2' })),
    ],
    prepared: { atS1: [...atS1.prepared], atS2: [...atS2.prepared] },
    catalogues: catalogues.map((relation) => tableWitness(relation, state)),
  };
  return { header, body: encode(header, tables) };
}

const isCatalogue = ({ kind }: Relation) => kind === 'catalogue';

function tableWitness(
  { oid, table, kind, method, columns, filenode, bytes, gap: known }: Relation,
  { sums, touched, notes: { gaps, damage } }: WitnessState,
): TableWitness {
  const gap = known ?? gaps.get(oid);
  const sourceDamage = damage.get(oid);
  const rows = touched.get(oid);
  const chunks = (sums.get(oid) ?? []).flatMap((chunk) => (chunk === null ? [] : [chunk]));
  const provable = gap === undefined && sourceDamage === undefined && rows !== undefined;
  return {
    oid,
    table,
    kind,
    method,
    columns: [...columns],
    filenode,
    bytes,
    rows: String(chunks.reduce((total, chunk) => total + BigInt(chunk.rows), 0n)),
    chunks: provable ? chunks : [],
    deleted: provable ? rows.deleted : [],
    kept: provable ? rows.kept : [],
    inserted: provable ? rows.inserted : [],
    ...(gap === undefined ? {} : { gap }),
    ...(sourceDamage === undefined ? {} : { sourceDamage }),
  };
}

/** Two gzip members, the header's and the tables': readers see one stream of JSON lines. */
function encode(header: WitnessHeader, tables: readonly TableWitness[]): Buffer {
  const lines = (values: readonly unknown[]) => gzipSync(values.map((value) => `${JSON.stringify(value)}\n`).join(''));
  return Buffer.concat([lines([header]), ...tables.map((table) => lines([table]))]);
}
