import type pg from 'pg';
import type { MissedPause, SequenceState, WriterPause } from '../../contracts/witness.ts';
import { lockPatience } from '../../deadlines.ts';
import { type ConnectionTarget, withConnection } from '../session/connect.ts';
import type { Holds } from '../session/holds.ts';
import { readHeartbeat } from '../witness/heartbeat.ts';
import type { Relation } from '../witness/relations.ts';
import { readSequences } from '../witness/sequences.ts';
import { pauseWriters } from './pause-writers.ts';

export type PausedS1 = {
  readonly pause: (Omit<WriterPause, 'tables' | 'unlocked'> & { readonly locked: ReadonlySet<number> }) | MissedPause;
  /** Values before the pause: a restore to it holds no earlier ones. */
  readonly sequences: readonly SequenceState[];
};

/** As whom the writers are paused, or why that cannot be known. */
export type PausedAs = ConnectionTarget | { readonly missed: string };

/**
 * Takes S1 in a pause of the writers, or says why there was none; then S1 is not held yet, and the night goes on. Undefined where
 * nobody wants one.
 */
export async function pausedS1(
  { target, pausedAs }: { readonly target: ConnectionTarget; readonly pausedAs?: PausedAs | undefined },
  held: Holds,
  beat: () => Promise<unknown>,
): Promise<PausedS1 | undefined> {
  if (pausedAs === undefined) return undefined;
  if ('missed' in pausedAs) return { pause: { missed: pausedAs.missed, tries: 0 }, sequences: [] };
  return withConnection(target, { purpose: 'looks at the pause' }, async (reader: pg.Client) => {
    const { sequences } = await readSequences(reader, undefined, performance.now() + lockPatience);
    // The newest under S1 is then one of this run.
    await beat();
    const pause = await pauseWriters({
      target: pausedAs,
      reader,
      prepare: () => held.prepare('S1'),
      keep: (snapshot) => held.keep('S1', snapshot),
    });
    if ('missed' in pause) return { pause, sequences };
    const newest = await readHeartbeat(reader, held.s1().id);
    if (newest === undefined) throw new Error('S1 shows no heartbeat, though one was written before it');
    return { pause: { ...pause, beat: newest.beat }, sequences };
  });
}

/** What the witness reports of a pause, once the tables under S1 are known. */
export function reportedPause({ pause }: PausedS1, relations: readonly Relation[]): WriterPause | MissedPause {
  if ('missed' in pause) return pause;
  const { at, milliseconds, tries, beat, locked } = pause;
  const unlocked = relations.filter(
    ({ kind, gap, oid }) => kind !== 'catalogue' && gap === undefined && !locked.has(oid),
  );
  return { at, milliseconds, tries, beat, tables: locked.size, unlocked: unlocked.map(({ table }) => table) };
}

/** The values before the pause, of the sequences that S1 shows: a restore to the pause may hold less than was read after it. */
export function valuesBefore(before: readonly SequenceState[], atS1: readonly SequenceState[]): SequenceState[] {
  const values = new Map(before.map((state) => [state.sequence, state]));
  return atS1.map((state) => values.get(state.sequence) ?? state);
}
