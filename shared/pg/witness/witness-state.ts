import type { HeldSnapshot, WitnessedCatalogue, WitnessProgress } from '../../contracts/progress/witness-progress.ts';
import type {
  Heartbeat,
  PreparedTransaction,
  SchemaObjects,
  SequenceState,
  WitnessHeader,
} from '../../contracts/witness.ts';
import type { Copies } from '../foreign-code/copied-relations.ts';
import type { Relation } from './relations.ts';
import type { ChunkSums, ScanNotes } from './table-scan.ts';
import type { TouchedRows } from './touched-rows.ts';

export type Catalogue = {
  readonly relations: readonly Relation[];
  readonly schema: SchemaObjects;
  readonly sequences: readonly SequenceState[];
  readonly prepared: readonly PreparedTransaction[];
  readonly nextMultixact: bigint;
};

/** What was taken at the end of the bracket. */
export type BracketEnd = {
  readonly snapshotCreatedAt: string;
  readonly lastBeat: Heartbeat;
  readonly atS2: Catalogue;
};

/** All that is known of a witness while it is taken, but for the sessions that hold S1 and S2. */
export type WitnessState = {
  readonly startedAt: Date;
  readonly server: WitnessHeader['server'];
  readonly firstBeat: Heartbeat;
  readonly atS1: Catalogue;
  readonly sums: ChunkSums;
  readonly touched: Map<number, TouchedRows>;
  readonly copies: Copies;
  readonly notes: ScanNotes;
  /** Of earlier calls. */
  readonly beats: readonly Heartbeat[];
  readonly pause: WitnessHeader['pause'];
  end: BracketEnd | undefined;
};

export function progressOf(
  state: WitnessState,
  { s1, s2 }: { readonly s1: HeldSnapshot; readonly s2: HeldSnapshot | undefined },
): WitnessProgress {
  const { end, atS1, sums, touched, notes, copies } = state;
  return {
    schemaVersion: 1,
    startedAt: state.startedAt.toISOString(),
    server: state.server,
    s1: held(s1),
    s2: s2 === undefined ? null : held(s2),
    snapshotCreatedAt: end?.snapshotCreatedAt ?? null,
    firstBeat: state.firstBeat,
    lastBeat: end?.lastBeat ?? null,
    beats: [...state.beats],
    ...(state.pause === undefined ? {} : { pause: state.pause }),
    atS1: stored(atS1),
    atS2: end === undefined ? null : stored(end.atS2),
    tables: [...sums].map(([oid, chunks]) => {
      const { listed = [], deleted = [], kept = [], inserted = [] } = touched.get(oid) ?? {};
      const gap = notes.gaps.get(oid);
      const sourceDamage = notes.damage.get(oid);
      return {
        oid,
        chunks,
        listed: [...listed],
        deleted,
        kept,
        inserted,
        ...(gap === undefined ? {} : { gap }),
        ...(sourceDamage === undefined ? {} : { sourceDamage }),
      };
    }),
    copies: [...copies].map(([oid, copy]) => {
      const gap = notes.gaps.get(oid);
      const sourceDamage = notes.damage.get(oid);
      return {
        oid,
        ...copy,
        ...(gap === undefined ? {} : { gap }),
        ...(sourceDamage === undefined ? {} : { sourceDamage }),
      };
    }),
  };
}

export function stateOf(progress: WitnessProgress): WitnessState {
  const { tables, copies = [], atS2, lastBeat, snapshotCreatedAt } = progress;
  const noted = (member: 'gap' | 'sourceDamage') =>
    new Map(
      [...tables, ...copies].flatMap(({ oid, [member]: text }) => (text === undefined ? [] : [[oid, text] as const])),
    );
  return {
    startedAt: new Date(progress.startedAt),
    server: progress.server,
    firstBeat: progress.firstBeat,
    atS1: loaded(progress.atS1),
    sums: new Map(tables.map(({ oid, chunks }) => [oid, chunks])),
    touched: new Map(
      tables.map(({ oid, listed, deleted, kept, inserted }) => [
        oid,
        { listed: new Set(listed), deleted, kept, inserted },
      ]),
    ),
    copies: new Map(copies.map(({ oid, counted, atS1, atS2: last }) => [oid, { counted, atS1, atS2: last }])),
    notes: { gaps: noted('gap'), damage: noted('sourceDamage') },
    beats: progress.beats,
    pause: progress.pause,
    end:
      atS2 === null || lastBeat === null || snapshotCreatedAt === null
        ? undefined
        : { atS2: loaded(atS2), lastBeat, snapshotCreatedAt },
  };
}

const held = ({ id, text, at, lsn }: HeldSnapshot): HeldSnapshot => ({ id, text, at, lsn });

const stored = ({ relations, schema, sequences, prepared, nextMultixact }: Catalogue): WitnessedCatalogue => ({
  relations: relations.map(({ attached, ...relation }) => ({
    ...relation,
    columns: [...relation.columns],
    ...(attached === undefined ? {} : { attached: [...attached] }),
  })),
  schema,
  sequences: [...sequences],
  prepared: [...prepared],
  nextMultixact: String(nextMultixact),
});

const loaded = ({ nextMultixact, relations, ...rest }: WitnessedCatalogue): Catalogue => ({
  ...rest,
  relations: relations.map(({ gap, ...relation }) => (gap === undefined ? relation : { ...relation, gap })),
  nextMultixact: BigInt(nextMultixact),
});
