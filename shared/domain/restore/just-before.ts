import type { RestoreRefusal, SourceEvent } from '../../contracts/restore/restore.ts';
import type { Looked } from './paths.ts';

/** 64 bits, of which rows and the commit log keep the lower 32. */
const epoch = 2n ** 32n;

/** What the source says of a transaction; `status` as pg_xact_status: null of one that it has forgotten. */
export type TransactionFacts = {
  /** Without it the server keeps no time of a commit. */
  readonly isTracked: boolean;
  readonly status: 'committed' | 'aborted' | 'in progress' | null;
  readonly committedAt: string | null;
};

/** Newest first; `at` is when gameday.mark() was called. Null: there is no table of markers. */
export type MarkerFacts = readonly { readonly at: string }[] | null;

export type EventMoment = { readonly moment: string; readonly note: string } | { readonly refusal: RestoreRefusal };

/**
 * The whole ids that an id may mean, the latest first: the one that somebody has given whole, or those that had its 32 bits.
 * `end` lies after every transaction that has ended. One that is open may have an id from there on, and so may one that has not
 * begun: the server knows which. None when it has forgotten them all.
 */
export function wholeIds(id: string, end: bigint): bigint[] {
  const given = BigInt(id);
  const newest = end - 1n - ((((end - 1n - given) % epoch) + epoch) % epoch);
  const meant = given >= epoch ? [given] : [newest + epoch, newest];
  // 0, 1 and 2 are nobody's, in each epoch.
  return meant.filter((whole) => whole > 0n && end - whole < epoch && whole % epoch > 2n);
}

const otherwise = 'Give a moment instead: {"justBefore": "2026-03-01T05:00:00Z"}';

/** What is meant, for a plan and its refusals. */
export const eventName = (event: SourceEvent): string =>
  'transaction' in event ? `transaction ${event.transaction}` : `marker '${event.marker}'`;

const refuse = (reason: string, remedy: string): EventMoment => ({ refusal: { reason, remedy } });

/** When a transaction committed, or why nobody knows. */
export function momentOfTransaction(id: string, looked: Looked<TransactionFacts | undefined>): EventMoment {
  const name = eventName({ transaction: id });
  if ('failed' in looked) return unanswered(name, looked.failed);
  const { found } = looked;
  if (found === undefined)
    return refuse(
      `${name} has not begun in the source, or is too old for it to know`,
      `Look at the id again, which pg_current_xact_id() gives. ${otherwise}.`,
    );
  const { isTracked, status, committedAt } = found;
  if (status === 'aborted')
    return refuse(`${name} was rolled back: nothing of it was ever there`, `Look at the id again. ${otherwise}.`);
  if (status === 'in progress')
    return refuse(`${name} has not ended: nothing of it is there`, 'ROLLBACK takes it back, and no restore is needed.');
  if (!isTracked)
    return refuse(
      `nobody knows when ${name} committed: 'track_commit_timestamp' is off in the source`,
      `${otherwise}, or a marker. To be answered next time, switch 'track_commit_timestamp' on in the parameter group and reboot: it knows the transactions that commit from then on.`,
    );
  if (committedAt === null)
    return refuse(
      `the source has no time of the commit of ${name}: it was before 'track_commit_timestamp' was on, or is too old`,
      `${otherwise}, or a marker.`,
    );
  return { moment: committedAt, note: `${name} committed at ${committedAt}, and nothing from then on is brought back` };
}

/** When a marker was made, or why that is not one moment. */
export function momentOfMarker(marker: string, looked: Looked<MarkerFacts>): EventMoment {
  const name = eventName({ marker });
  if ('failed' in looked) return unanswered(name, looked.failed);
  const { found } = looked;
  if (found === null)
    return refuse(
      'the source keeps no markers: it has no table gameday.marker',
      `${otherwise}. Before the next release: npm run bootstrap-database -- … --marker-role <role>.`,
    );
  const [newest, ...others] = found;
  if (newest === undefined)
    return refuse(
      `the source has no ${name}: it was never made, was rolled back, or is older than the newest 1000`,
      `Look at them: select name, at from gameday.marker order by at desc. ${otherwise}.`,
    );
  if (others.length > 0)
    return refuse(
      `${name} was made ${found.length} times: ${found
        .slice(0, 5)
        .map(({ at }) => at)
        .join(', ')}${found.length > 5 ? ' and before' : ''}`,
      `Give the moment that is meant: {"justBefore": "${newest.at}"}.`,
    );
  return { moment: newest.at, note: `${name} was made at ${newest.at}, and nothing from then on is brought back` };
}

/** Where the source is lost, so is what only it knew. */
export const unanswered = (name: string, why: string): EventMoment =>
  refuse(`nobody can say when ${name} was, because the source does not answer: ${why}`, `${otherwise}.`);
