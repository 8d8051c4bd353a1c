import type { RestoreSource } from '../../contracts/verification.ts';
import type { MissedPause, WitnessHeader, WriterPause } from '../../contracts/witness.ts';

export type Pause = WriterPause | MissedPause;
const second = 1000;

/**
 * When to ask for the locks, and which whole second the pause is then for, by the server's clock in milliseconds: the next
 * second that is at least `lead` away. Shortly before its end, so that writers do not wait for the whole of it.
 */
export function nextPause(now: number, lead: number): { readonly wait: number; readonly moment: number } {
  const moment = Math.ceil((now + lead) / second) * second;
  return { wait: moment - lead - now, moment };
}

export type LockTable = { readonly perTransaction: number; readonly connections: number; readonly prepared: number };

/** Whether so many locks leave others half of the server's shared table of locks; beyond it they would fail for want of memory. */
export const leavesRoom = (locks: number, { perTransaction, connections, prepared }: LockTable): boolean =>
  locks <= (perTransaction * (connections + prepared)) / 2;

export const isTaken = (pause: Pause | undefined): pause is WriterPause => pause !== undefined && 'at' in pause;

/** The pause whose moment was restored: S1 is what the copy must hold. */
export function pauseOf(header: Pick<WitnessHeader, 'pause'>, backup: RestoreSource): WriterPause | undefined {
  const { pause } = header;
  return isTaken(pause) && backup.kind !== 'snapshot' && backup.time === pause.at ? pause : undefined;
}

/** For messages and pages. Undefined where nobody wants a pause. */
export function pauseText(pause: Pause | undefined): string | undefined {
  if (pause === undefined) return undefined;
  if (!isTaken(pause)) return `writers did not pause: ${pause.missed}`;
  const { at, milliseconds, unlocked } = pause;
  const left =
    unlocked.length === 0
      ? ''
      : `, ${unlocked.length === 1 ? '1 relation' : `${unlocked.length} relations`} not locked`;
  return `writers paused for ${Math.ceil(milliseconds)} ms until ${at}${left}`;
}
