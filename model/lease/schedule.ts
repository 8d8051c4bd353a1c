import { type LeaseTiming, leastWait, proposedTiming } from '../../shared/domain/lease/lease-timing.ts';
import { makeRandom, type Random } from '../random.ts';

/** Names of the instances; the first one holds the lease at the beginning. Each has the region of its number. */
export const instances = ['primary', 'standby'] as const;
/** One a region: of the primary, of the standby, of the witness. */
export const registers = ['first', 'second', 'third'] as const;

/** Something that goes wrong, in milliseconds of true time. `until` may be after the end. */
export type Incident =
  | {
      readonly kind: 'link';
      readonly agent: number;
      readonly register: number;
      readonly from: number;
      readonly until: number;
    }
  /** Everything of the region is cut off from the others, and its agent does nothing; its database goes on. */
  | { readonly kind: 'region'; readonly region: number; readonly from: number; readonly until: number }
  /** The agent ends, and forgets what it has seen. */
  | { readonly kind: 'crash'; readonly agent: number; readonly from: number; readonly until: number }
  /** The host is paused: the database does nothing and its dead-man neither; its clock goes on. */
  | { readonly kind: 'freeze'; readonly agent: number; readonly from: number; readonly until: number }
  /** Messages of the agent take up to `most` longer, and come twice. */
  | {
      readonly kind: 'slow';
      readonly agent: number;
      readonly most: number;
      readonly from: number;
      readonly until: number;
    }
  /** The agent is paused between what it does. */
  | {
      readonly kind: 'stall';
      readonly agent: number;
      readonly most: number;
      readonly from: number;
      readonly until: number;
    }
  /** The holder gives the lease away, as a planned switch does. */
  | { readonly kind: 'release'; readonly agent: number; readonly from: number; readonly until: number };

export type Schedule = {
  readonly seed: number;
  /** `single`: one region or one link at most is lost; `any`: everything. */
  readonly mode: 'single' | 'any';
  readonly timing: LeaseTiming;
  /** Rate of each instance's clocks, and how far its agent's is off. */
  readonly clocks: readonly { readonly database: number; readonly agent: number; readonly agentOffset: number }[];
  readonly mayTake: readonly boolean[];
  readonly incidents: readonly Incident[];
  /** When the last incident is over, but for one region that stays away. */
  readonly quietFrom: number;
  readonly lostForEver: number | undefined;
};

const minute = 60_000;

export function makeSchedule(seed: number): Schedule {
  const random = makeRandom(seed);
  const mode = random.chance(0.15) ? 'single' : 'any';
  const timing = makeTiming(random);
  const clocks = instances.map(() => ({
    database: 1 + timing.drift * random.pick([-1, 0, 1, random.between(-1, 1)]),
    agent: 1 + timing.drift * random.pick([-1, 0, 1, random.between(-1, 1)]),
    agentOffset: random.pick([0, minute, -minute, 20 * minute]),
  }));
  const quietFrom = random.between(10, 25) * minute;
  const lostForEver = random.chance(0.3) ? random.whole(0, 2) : undefined;
  const incidents = mode === 'single' ? [oneLoss(random)] : manyIncidents(random, quietFrom, lostForEver);
  return {
    seed,
    mode,
    timing,
    clocks,
    // Where the first one may take, too, it has everything that the second one wrote.
    mayTake: [random.chance(0.4), true],
    incidents,
    quietFrom,
    lostForEver: mode === 'single' ? undefined : lostForEver,
  };
}

/** The proposal, and timings without any slack. */
function makeTiming(random: Random): LeaseTiming {
  if (random.chance(0.2)) return proposedTiming;
  const tight = {
    ...proposedTiming,
    passEvery: random.pick([5_000, 20_000, minute]),
    drift: random.pick([0, 0.001, 0.02]),
    wallClockError: random.pick([0, 5_000]),
  };
  return { ...tight, waitFor: leastWait(tight) + 1 };
}

function oneLoss(random: Random): Incident {
  const from = random.between(2, 10) * minute;
  const until = from + random.pick([1, 5, 60]) * minute;
  return random.chance(0.5)
    ? { kind: 'region', region: random.whole(0, 2), from, until }
    : { kind: 'link', agent: random.whole(0, 1), register: random.whole(0, 2), from, until };
}

function manyIncidents(random: Random, quietFrom: number, lostForEver: number | undefined): Incident[] {
  const incidents = Array.from({ length: random.whole(1, 9) }, (): Incident[] => {
    const from = random.between(0, quietFrom);
    const until = Math.min(quietFrom, from + random.pick([0.2, 1, 3, 6, 10]) * minute * random.between(0.5, 1.5));
    const agent = random.whole(0, 1);
    switch (random.whole(0, 10)) {
      case 0:
      case 1:
        return [{ kind: 'link', agent, register: random.whole(0, 2), from, until }];
      case 2: {
        const reached = random.whole(0, 2);
        return [0, 1, 2]
          .filter((register) => register !== reached)
          .map((register) => ({ kind: 'link', agent, register, from, until }));
      }
      case 10: // The last answers before a cut come late.
        return [
          { kind: 'slow', agent, most: random.pick([10_000, 20_000]), from: Math.max(0, from - minute), until: from },
          ...[0, 1, 2].map((register): Incident => ({ kind: 'link', agent, register, from, until })),
        ];
      case 3:
        return [{ kind: 'region', region: random.whole(0, 2), from, until }];
      case 4:
        return [{ kind: 'crash', agent, from, until }];
      case 5:
        return [{ kind: 'freeze', agent: random.chance(0.8) ? 0 : 1, from, until }];
      case 6:
      case 7:
        return [{ kind: 'slow', agent, most: random.pick([2_000, 10_000, 20_000, 6 * minute]), from, until }];
      case 8:
        return [{ kind: 'stall', agent, most: random.pick([5_000, minute, 6 * minute]), from, until }];
      default:
        return [{ kind: 'release', agent, from, until }];
    }
  }).flat();
  if (lostForEver !== undefined) {
    incidents.push({ kind: 'region', region: lostForEver, from: quietFrom, until: Number.POSITIVE_INFINITY });
  }
  return incidents.sort((a, b) => a.from - b.from);
}
