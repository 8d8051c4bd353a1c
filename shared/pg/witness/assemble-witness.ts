import { gzipSync } from 'node:zlib';
import type { HeldSnapshot } from '../../contracts/progress/witness-progress.ts';
import type { Heartbeat, TableWitness, WitnessHeader } from '../../contracts/witness.ts';
import { rowsOfUnproven } from './count-unproven.ts';
import type { Relation } from './relations.ts';
import type { BracketEnd, WitnessState } from './witness-state.ts';

export type TakenWitness = { readonly header: WitnessHeader; readonly body: Buffer };

/** Makes the witness of what was taken; every chunk is summed and listed, or its table is noted. */
export function assembleWitness(
  identity: Pick<WitnessHeader, 'executionName' | 'attempt' | 'instanceId' | 'database' | 'snapshotId'>,
  state: WitnessState,
  end: BracketEnd,
  {
    s1,
    s2,
    beats,
    counted,
  }: {
    readonly s1: HeldSnapshot;
    readonly s2: HeldSnapshot;
    readonly beats: readonly Heartbeat[];
    /** Rows under S2 of what is not proven, where they could be counted. */
    readonly counted: ReadonlyMap<number, bigint>;
  },
): TakenWitness {
  const { atS1, server } = state;
  const { atS2, lastBeat } = end;
  const catalogues = atS1.relations.filter(isCatalogue);
  const users = atS1.relations.filter((relation) => !isCatalogue(relation));
  const relations = users.filter(({ gap }) => gap === undefined);
  const versions = new Map(atS2.relations.map(({ oid, version }) => [oid, version]));
  const tables = relations.map((relation) => ({
    ...tableWitness(relation, state, counted.get(relation.oid)),
    ...(relation.version === versions.get(relation.oid) ? {} : { touchedByDdl: true }),
  }));
  const known = new Set(atS1.relations.map(({ oid }) => oid));
  const unproven = ({ oid, gap }: Relation) => gap !== undefined || state.notes.gaps.has(oid);
  const names = new Set(atS1.relations.filter(unproven).map(({ table }) => table));
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
      ...users.flatMap((relation) => (relation.gap === undefined ? [] : [gapOf(relation, relation.gap, counted)])),
      // One that was dropped and made anew under its name is named once.
      ...atS2.relations
        .filter(({ oid, table }) => !known.has(oid) && !names.has(table))
        .map((relation) => gapOf(relation, 'was created between S1 and S2', counted)),
    ],
    prepared: { atS1: [...atS1.prepared], atS2: [...atS2.prepared] },
    catalogues: catalogues.map((relation) => tableWitness(relation, state, undefined)),
    ...(state.pause === undefined ? {} : { pause: state.pause }),
  };
  return { header, body: encode(header, tables) };
}

const isCatalogue = ({ kind }: Relation) => kind === 'catalogue';

const gapOf = (
  relation: Relation,
  problem: string,
  counted: ReadonlyMap<number, bigint>,
): WitnessHeader['gaps'][number] => ({
  object: relation.table,
  problem,
  rows: String(rowsOfUnproven(relation, 0n, counted.get(relation.oid))),
  bytes: relation.bytes,
});

function tableWitness(
  relation: Relation,
  { sums, touched, copies, notes: { gaps, damage } }: WitnessState,
  countedAtS2: bigint | undefined,
): TableWitness {
  const { oid, table, kind, method, columns, filenode, bytes, code, gap: known } = relation;
  const gap = known ?? gaps.get(oid);
  const sourceDamage = damage.get(oid);
  const rows = touched.get(oid);
  const summed = sums.get(oid) ?? [];
  const copy = copies.get(oid)?.atS1 ?? undefined;
  const chunks = summed.flatMap((chunk) => (chunk === null ? [] : [chunk]));
  const counted = chunks.reduce((total, chunk) => total + BigInt(chunk.rows), BigInt(copy?.rows ?? 0));
  const isCounted = copy !== undefined || (sums.has(oid) && chunks.length === summed.length);
  const isSound = gap === undefined && sourceDamage === undefined;
  const provable = isSound && rows !== undefined;
  return {
    oid,
    table,
    kind,
    method,
    columns: [...columns],
    filenode,
    bytes,
    rows: String(isCounted ? counted : rowsOfUnproven(relation, counted, countedAtS2)),
    chunks: provable ? chunks : [],
    deleted: provable ? rows.deleted : [],
    kept: provable ? rows.kept : [],
    inserted: provable ? rows.inserted : [],
    ...(isSound && copy !== undefined ? { copied: { ...copy, why: code ?? '' } } : {}),
    ...(gap === undefined ? {} : { gap }),
    ...(sourceDamage === undefined ? {} : { sourceDamage }),
  };
}

/** Lines that are made and compressed together; one with a million touched rows is a member alone. */
const memberLines = 200;
const memberRows = 10_000;

/** Gzip members, the header's and those of the tables: readers see one stream of JSON lines. */
function encode(header: WitnessHeader, tables: readonly TableWitness[]): Buffer {
  const lines = (values: readonly unknown[]) => gzipSync(values.map((value) => `${JSON.stringify(value)}\n`).join(''));
  const members = [lines([header])];
  let together: TableWitness[] = [];
  let rows = 0;
  for (const table of tables) {
    together.push(table);
    rows += table.deleted.length + table.kept.length + table.inserted.length + table.columns.length;
    if (together.length < memberLines && rows < memberRows) continue;
    members.push(lines(together));
    together = [];
    rows = 0;
  }
  if (together.length > 0) members.push(lines(together));
  return Buffer.concat(members);
}
