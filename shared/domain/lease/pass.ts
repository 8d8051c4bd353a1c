import { isSameContent, type LeaseRegister, majority } from './register.ts';
import type { Reading, Watch } from './watch.ts';

/** A conditional write: `content` where the register still has `ifContent`. */
export type LeaseWrite = {
  readonly register: string;
  readonly ifContent: LeaseRegister;
  readonly content: LeaseRegister;
};

/** What an agent does with what it read. Writes that reach two of three registers hold the lease. */
export type LeasePass = {
  /** The own database accepts nothing more that it held up to this epoch, at once and whatever becomes of the writes. */
  readonly fence?: { readonly epoch: number; readonly reason: string };
  readonly kind: 'renew' | 'take' | 'wait';
  readonly epoch: number;
  readonly writes: readonly LeaseWrite[];
};

export type LeaseQuestion = {
  /** Name of the own instance. */
  readonly me: string;
  readonly readings: { readonly [register: string]: Reading };
  /** Of {@link observe}, these readings included. */
  readonly watch: Watch;
  /** Of the own database: a lease in this epoch, or in an earlier one, no longer counts there. */
  readonly fencedEpoch: number;
  /** Milliseconds of the agent's clock. */
  readonly now: number;
  /** How long a register must be unchanged, in milliseconds: longer by a pass for each taker that goes before. */
  readonly waitFor: number;
  /** Whether the own database has the data, and whoever decides wants it promoted. */
  readonly mayTake: boolean;
  /** Whose database is known to be fenced, and up to which epoch: those registers need no wait. */
  readonly fenced?: { readonly holder: string; readonly epoch: number };
};

/**
 * One pass of an agent. The holder writes its counter on; a register that was out of reach when it took the others is brought
 * to its epoch. Another one takes only where two registers may be taken, so that a cut link or a lost region
 * disturbs nobody, and always into a higher epoch: an epoch has one holder. So does a holder that was fenced and, as in a planned
 * switch that was broken off, still has its registers. A second pass at the same time is harmless:
 * each write is conditional on what its pass read.
 */
export function planPass(question: LeaseQuestion): LeasePass {
  const { me, readings, fencedEpoch } = question;
  const read = Object.entries(readings).map(([register, { content }]) => ({ register, content }));
  const highest = Math.max(0, ...read.map(({ content }) => content.epoch));
  const held = read.filter(({ content }) => content.holder === me && content.epoch === highest);
  if (held.length >= majority && highest > fencedEpoch) {
    const writes = read.map(({ register, content }) => ({
      register,
      ifContent: content,
      content: held.some((mine) => mine.register === register)
        ? { ...content, counter: content.counter + 1 }
        : { epoch: highest, holder: me, counter: content.counter + 1 },
    }));
    return { kind: 'renew', epoch: highest, writes };
  }
  // Of a standby this is no news. A database that held the lease does not wait for the end of its validity.
  const newer = read.find(({ content }) => content.holder !== me && content.epoch === highest);
  const fence =
    newer === undefined
      ? {}
      : {
          fence: {
            epoch: highest,
            reason: `register '${newer.register}' is '${newer.content.holder ?? 'nobody'}'s in epoch ${highest}`,
          },
        };
  const takeable = read.filter(({ register, content }) => mayBeTaken(question, register, content));
  if (takeable.length < majority) return { ...fence, kind: 'wait', epoch: highest, writes: [] };
  const epoch = Math.max(highest, fencedEpoch) + 1;
  const writes = takeable.map(({ register, content }) => ({
    register,
    ifContent: content,
    content: { epoch, holder: me, counter: content.counter + 1 },
  }));
  return { ...fence, kind: 'take', epoch, writes };
}

/**
 * An own register needs no wait: as long as two are its own, nobody else has held the lease since. What was
 * released, or nobody has written for long, is only for one that may take.
 */
function mayBeTaken(question: LeaseQuestion, register: string, content: LeaseRegister): boolean {
  const { me, watch, now, waitFor, mayTake, fenced } = question;
  if (content.holder === me) return true;
  if (!mayTake) return false;
  if (fenced !== undefined && content.holder === fenced.holder && content.epoch <= fenced.epoch) return true;
  const seen = watch[register];
  return (
    content.holder === null ||
    (seen !== undefined && isSameContent(seen.content, content) && now - seen.since > waitFor)
  );
}

/** The planned end: after fence and drain the holder gives the lease away, and the other one need not wait. */
export function planRelease(me: string, readings: LeaseQuestion['readings']): readonly LeaseWrite[] {
  return Object.entries(readings)
    .filter(([, { content }]) => content.holder === me)
    .map(([register, { content }]) => ({
      register,
      ifContent: content,
      content: { epoch: content.epoch, holder: null, counter: content.counter + 1 },
    }));
}

/**
 * Until when the own database may accept writes, in milliseconds of *its* clock; undefined where the pass did not hold the lease.
 * `startedAt` is what that clock said before the pass wrote anything. `written` are registers, each once however often it answered;
 * a write whose answer is lost counts as not done.
 */
export function validUntil(
  startedAt: number,
  { kind }: LeasePass,
  written: ReadonlySet<string>,
  holdFor: number,
): number | undefined {
  return kind !== 'wait' && written.size >= majority ? startedAt + holdFor : undefined;
}
