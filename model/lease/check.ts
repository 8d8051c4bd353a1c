import { explore } from './explore.ts';
import { type Rules, soundRules } from './rules.ts';
import { makeSchedule } from './schedule.ts';
import { variants } from './variants.ts';
import { runSchedule } from './world.ts';

export type RandomResult = {
  readonly schedules: number;
  readonly takeovers: number;
  /** Schedules in which a host that had been paused wrote for a moment beside its successor, and the longest of these in milliseconds. */
  readonly stranded: number;
  readonly longestStranded: number;
  readonly violations: readonly { readonly seed: number; readonly what: string }[];
};

/** Schedules of `schedules` seeds from `seed` on. */
export function checkSchedules(
  schedules: number,
  seed: number,
  progress: (done: number) => void = () => {},
): RandomResult {
  let [takeovers, stranded, longestStranded] = [0, 0, 0];
  const violations: { seed: number; what: string }[] = [];
  for (let number = 0; number < schedules; number += 1) {
    const outcome = runSchedule(makeSchedule(seed + number), soundRules);
    takeovers += outcome.takeovers;
    if (outcome.stranded > 0) stranded += 1;
    longestStranded = Math.max(longestStranded, outcome.stranded);
    const [what] = outcome.violations;
    if (what !== undefined) violations.push({ seed: seed + number, what });
    if (number % 500 === 499) progress(number + 1);
  }
  return { schedules, takeovers, stranded, longestStranded, violations };
}

export type Found =
  | { readonly variant: string; readonly seed: number; readonly what: string }
  | { readonly variant: string };

/** The first seed that finds each variant. */
export function findVariants(most: number, seed: number): Found[] {
  return Object.entries(variants).map(([variant, rules]) => {
    for (let number = 0; number < most; number += 1) {
      const [what] = runSchedule(makeSchedule(seed + number), rules).violations;
      if (what !== undefined) return { variant, seed: seed + number, what };
    }
    return { variant };
  });
}

/** Variants that the small world shows, too: the others need clocks that differ, or more than it has. */
export const shownBySmallWorld: readonly string[] = [
  'takes while the lease may still be held',
  'takes before the dead-man is sure to have acted',
  'does not start its watch anew after a change',
  'has no dead-man',
];

export const exploreVariant = (variant: string) => explore({ faults: 1, crashes: 0 }, variants[variant] as Rules);

/** The trace of one schedule, a line an event. */
export function replay(seed: number, rules: Rules = soundRules): string[] {
  const schedule = makeSchedule(seed);
  const lines = [JSON.stringify(schedule, null, 2)];
  runSchedule(schedule, rules, (line) => lines.push(line));
  return lines;
}
