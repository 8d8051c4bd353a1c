import { madeBy, snapshotPrefix, type Tags, tagKeys } from '../resource/throw-away.ts';

/** A manual snapshot of one region as retention sees it. */
export type KeptSnapshot = {
  readonly id: string;
  /** RDS: creating, copying, available, failed … */
  readonly status: string;
  /** The moment that the snapshot preserves; of a copy, its original's. Absent while RDS has not reported it. */
  readonly takenAt: Date | undefined;
  readonly tags: Tags;
};

export type RetentionRule = {
  readonly dailyDays: number;
  readonly monthlyDays: number;
  /** At most so many deletions in one run: a wrong clock or a defect then shows before it has cost much. */
  readonly mostDeletions: number;
  /** IANA zone in which a month ends. */
  readonly timeZone: string;
};

export type RetentionDecision = {
  readonly snapshotId: string;
  readonly database: string;
  readonly action: 'keep' | 'delete';
  readonly reason: string;
};

const millisecondsPerDay = 86_400_000;

/** Why a snapshot is none of ours, whatever else it is; undefined when this system made it as a backup. */
export function whyNotOurBackup({ id, tags }: Pick<KeptSnapshot, 'id' | 'tags'>): string | undefined {
  if (!id.startsWith(snapshotPrefix)) return `has a name that does not begin with '${snapshotPrefix}'`;
  if (tags[tagKeys.madeBy] !== madeBy) return `lacks the tag ${tagKeys.madeBy}=${madeBy}`;
  if (tags[tagKeys.purpose] !== 'backup') return `has purpose '${tags[tagKeys.purpose] ?? 'none'}', not 'backup'`;
  if (tags[tagKeys.database] === undefined) return `lacks the tag ${tagKeys.database}`;
  return undefined;
}

export const isVerified = ({ status, tags }: Pick<KeptSnapshot, 'status' | 'tags'>): boolean =>
  status === 'available' && /^(exact|bounded)$/.test(tags[tagKeys.verdict] ?? '');

/** What holds the same as a snapshot that was proven in another region: its copy, or its original. */
export const isTwinOfVerified = ({ status, tags }: Pick<KeptSnapshot, 'status' | 'tags'>): boolean =>
  status === 'available' &&
  [tags[tagKeys.originVerdict], tags[tagKeys.copyVerdict]].some((verdict) => /^(exact|bounded)$/.test(verdict ?? ''));

/**
 * Decides about every snapshot of one region, database by database. What is kept, in this order:
 *
 * - what this system did not make, what is on hold, and what is not finished
 * - the newest verified snapshot of a database, for ever; and the newest copy or original of one that
 *   was verified in the other region
 * - everything while the region has neither: unproven is better than nothing
 * - what is at most `dailyDays` old
 * - the last verified snapshot of each month, for `monthlyDays`; when the month has none, the last copy or original
 *   of a verified one; and when it has none either, the last one
 *
 * The rest is deleted, oldest first, at most `mostDeletions` in one run. A snapshot that failed cannot be restored
 * and goes after `dailyDays`. A clock that runs backwards deletes nothing; one that runs ahead never deletes the newest
 * verified snapshot.
 */
export function planRetention(
  snapshots: readonly KeptSnapshot[],
  rule: RetentionRule,
  now: Date,
): readonly RetentionDecision[] {
  const ours = snapshots.filter((snapshot) => whyNotOurBackup(snapshot) === undefined);
  const decisions = [...Map.groupBy(ours, ({ tags }) => tags[tagKeys.database] ?? '')].flatMap(([database, its]) =>
    decide(its, rule, now).map(({ snapshot, keep, reason }) => ({ snapshot, database, keep, reason })),
  );
  const oldestFirst = decisions
    .filter(({ keep }) => !keep)
    .toSorted((one, other) => byAge(one.snapshot, other.snapshot));
  const deleted = new Set(oldestFirst.slice(0, rule.mostDeletions).map(({ snapshot }) => snapshot.id));
  return decisions.map(({ snapshot: { id }, database, keep, reason }) => {
    if (keep) return { snapshotId: id, database, action: 'keep', reason };
    if (deleted.has(id)) return { snapshotId: id, database, action: 'delete', reason };
    const postponed = `${reason}; next time, because one run deletes at most ${rule.mostDeletions}`;
    return { snapshotId: id, database, action: 'keep', reason: postponed };
  });
}

type Decided = { readonly snapshot: KeptSnapshot; readonly keep: boolean; readonly reason: string };

function decide(snapshots: readonly KeptSnapshot[], rule: RetentionRule, now: Date): Decided[] {
  const newestVerified = newestOf(snapshots.filter(isVerified));
  const newestTwin = newestOf(snapshots.filter(isTwinOfVerified));
  const months = monthEnds(snapshots, rule.timeZone);
  return snapshots.map((snapshot) => {
    const keep = (reason: string): Decided => ({ snapshot, keep: true, reason });
    const remove = (reason: string): Decided => ({ snapshot, keep: false, reason });
    const { status, takenAt, tags } = snapshot;
    if (tags[tagKeys.hold] !== undefined) return keep(`is on hold: ${tags[tagKeys.hold] || 'no reason given'}`);
    if (status !== 'available' && status !== 'failed') return keep(`is '${status}'`);
    if (takenAt === undefined) return keep('reports no creation time');
    if (snapshot === newestVerified) return keep('is the newest verified snapshot of this region');
    if (snapshot === newestTwin)
      return keep('is the newest copy or original of a snapshot that was verified elsewhere');
    const days = (now.getTime() - takenAt.getTime()) / millisecondsPerDay;
    if (days <= rule.dailyDays) return keep(`is at most ${rule.dailyDays} days old`);
    const age = `is ${Math.floor(days)} days old`;
    if (status === 'failed') return remove(`${age} and failed: it cannot be restored`);
    if (newestVerified === undefined && newestTwin === undefined)
      return keep('no snapshot of the database is verified in this region');
    const month = months.get(snapshot);
    if (month === undefined) return remove(`${age} and not the last of its month`);
    return days <= rule.monthlyDays
      ? keep(`is the last${isVerified(snapshot) ? ' verified' : ''} snapshot of ${month}`)
      : remove(`${age}, the last of ${month}`);
  });
}

/** The snapshot that stands for each month, with the month's name. */
function monthEnds(snapshots: readonly KeptSnapshot[], timeZone: string): ReadonlyMap<KeptSnapshot, string> {
  const format = monthFormat(timeZone);
  const usable = snapshots.filter(({ status, takenAt }) => status === 'available' && takenAt !== undefined);
  const months = Map.groupBy(usable, ({ takenAt }) => format.format(takenAt));
  return new Map(
    [...months].flatMap(([month, its]) => {
      const last = newestOf(its.filter(isVerified)) ?? newestOf(its.filter(isTwinOfVerified)) ?? newestOf(its);
      return last === undefined ? [] : [[last, month] as const];
    }),
  );
}

/** Making one costs more than everything else in a decision about a night. */
const monthFormats = new Map<string, Intl.DateTimeFormat>();

function monthFormat(timeZone: string): Intl.DateTimeFormat {
  const known = monthFormats.get(timeZone);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit' });
  monthFormats.set(timeZone, format);
  return format;
}

const newestOf = (snapshots: readonly KeptSnapshot[]): KeptSnapshot | undefined =>
  snapshots
    .filter(({ takenAt }) => takenAt !== undefined)
    .toSorted(byAge)
    .at(-1);

/** Oldest first, by name where two have the same time: a choice must not depend on the order of a listing. */
const byAge = (one: KeptSnapshot, other: KeptSnapshot): number =>
  timeOf(one) - timeOf(other) || (one.id < other.id ? -1 : 1);

const timeOf = ({ takenAt }: KeptSnapshot): number => takenAt?.getTime() ?? Number.POSITIVE_INFINITY;
