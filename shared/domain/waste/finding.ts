import type { WasteFinding } from '../../contracts/waste.ts';
import { officeTags } from '../office-hours/office-hours.ts';
import type { Tags } from '../resource/throw-away.ts';

/** What a region holds, of whatever kind. */
export type Holding = {
  readonly id: string;
  readonly region: string;
  readonly tags: Tags;
  /** Undefined where AWS does not report it, as of addresses. */
  readonly createdAt: Date | undefined;
};

export type WasteRule = {
  /** What is younger is left in peace. */
  readonly graceDays: number;
  /** From so many days on a snapshot or an image is old. */
  readonly oldDays: number;
};

export type Verdict = Omit<WasteFinding, 'id' | 'region' | 'resource' | 'createdAt'>;

const millisecondsPerDay = 86_400_000;
export const daysSince = (then: Date, now: Date): number =>
  Math.floor((now.getTime() - then.getTime()) / millisecondsPerDay);

/** Whether nobody may be advised to touch it: an owner has protected it, or it may still be on its way to its use. */
export function isSpared({ tags, createdAt }: Holding, { graceDays }: WasteRule, now: Date): boolean {
  if (tags[officeTags.protected] !== undefined) return true;
  // What has no readable age is as young as it can be.
  return createdAt !== undefined && !(daysSince(createdAt, now) >= graceDays);
}

/** The only way from holdings to findings: what is spared is not even assessed. */
export function assessed<T extends Holding>(
  holdings: readonly T[],
  assess: (holding: T) => Verdict | undefined,
  rule: WasteRule,
  now: Date,
): WasteFinding[] {
  return holdings.flatMap((holding) => {
    if (isSpared(holding, rule, now)) return [];
    const verdict = assess(holding);
    if (verdict === undefined) return [];
    const finding = findingOf(verdict, holding.region, holding.id);
    return [holding.createdAt === undefined ? finding : { ...finding, createdAt: holding.createdAt.toISOString() }];
  });
}

export const findingOf = (verdict: Verdict, region: string, resource: string): WasteFinding => ({
  id: `${verdict.kind}/${region}/${resource}`,
  region,
  resource,
  ...verdict,
});

/** The dearest first; what has no price last, because nothing is known of it. */
export const byMoney = (findings: readonly WasteFinding[]): WasteFinding[] =>
  [...findings].sort(
    (one, other) =>
      Number(one.aMonth === null) - Number(other.aMonth === null) ||
      (other.aMonth ?? 0) - (one.aMonth ?? 0) ||
      one.id.localeCompare(other.id),
  );
