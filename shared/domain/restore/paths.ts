import type { NotTried, RestorePath, TrialPause } from '../../contracts/restore-test.ts';
import type { RestoreSource } from '../../contracts/verification.ts';
import type { Candidate } from './candidates.ts';
import { isWithin, momentBehind, type RestoreWindow, wholeSecond, windowText } from './moment.ts';

/** What a look at a place came to: a thing, nothing, or an error that keeps its own path from being tried and no other one. */
export type Looked<T> = { readonly found: T } | { readonly failed: string };

export type Place = {
  readonly region: string;
  /** Of the candidates' snapshots, those that can be restored here. */
  readonly snapshots: Looked<ReadonlySet<string>>;
  /** Undefined where no automated backups are kept. */
  readonly backups: Looked<(RestoreWindow & { readonly arn: string }) | undefined>;
};

export type Account = {
  /** Newest first. */
  readonly candidates: readonly Candidate[];
  readonly here: Place;
  /** Undefined where the stage has one region. */
  readonly second: Place | undefined;
  readonly instance: string;
  readonly now: Date;
};

export type ChosenTrial = {
  readonly path: RestorePath;
  readonly region: string;
  readonly backup: RestoreSource;
  readonly candidate: Candidate;
  readonly newestMoment: Date;
  readonly pause: TrialPause | null;
};

type Choice = Omit<ChosenTrial, 'path'> | Omit<NotTried, 'path'>;

/**
 * What can be tried of each path, and why the others cannot. Each path is held against the newest run that it can give back:
 * a moment needs a bracket that its log has reached, a snapshot one that is still there. Where the writers paused, that very
 * second is restored: it is S1, and can be exact.
 */
export function choosePaths(
  account: Account,
  asked?: readonly RestorePath[],
): { readonly trials: readonly ChosenTrial[]; readonly notTried: readonly NotTried[] } {
  const choices: Record<RestorePath, () => Choice> = {
    snapshot: () => snapshotIn(account, account.here, account.candidates),
    'other-region': () =>
      account.second === undefined ? oneRegion : snapshotIn(account, account.second, copiedTo(account, account.second)),
    'point-in-time': () => momentIn(account, account.here, account.candidates),
    'other-region-point-in-time': () =>
      account.second === undefined ? oneRegion : momentIn(account, account.second, copiedTo(account, account.second)),
    dump: () => notBuilt('there is no logical backup yet that could be restored'),
    'selected-objects': () =>
      notBuilt('a test writes nothing into the source, into which restore merges single tables'),
  };
  const trials: ChosenTrial[] = [];
  const notTried: NotTried[] = [];
  for (const [path, choose] of Object.entries(choices) as [RestorePath, () => Choice][]) {
    const choice: Choice =
      asked === undefined || asked.includes(path) ? choose() : { kind: 'not asked', reason: 'it was not asked for' };
    if ('kind' in choice) notTried.push({ path, ...choice });
    else trials.push({ path, ...choice });
  }
  return { trials, notTried };
}

const oneRegion: Choice = { kind: 'not set up', reason: 'the stage has one region' };
const notBuilt = (reason: string): Choice => ({ kind: 'not built', reason });
const impossible = (reason: string): Choice => ({ kind: 'impossible', reason });

/** Those whose witness was handed over, too. */
const copiedTo = ({ candidates }: Account, { region }: Place) =>
  candidates.filter((candidate) => candidate.copiedTo === region);

const noCandidate = (where: string): Choice =>
  impossible(
    `no run of backup-and-verify among the newest has left a witness ${where}: there is nothing to compare with`,
  );

function snapshotIn(_: Account, { region, snapshots }: Place, candidates: readonly Candidate[]): Choice {
  if ('failed' in snapshots) return impossible(snapshots.failed);
  const [newest] = candidates;
  if (newest === undefined) return noCandidate(`in ${region}`);
  const candidate = candidates.find(({ snapshotId }) => snapshots.found.has(snapshotId));
  if (candidate === undefined)
    return impossible(
      `none of ${candidates.length} snapshots with a witness can be restored in ${region}, the newest is '${newest.snapshotId}'`,
    );
  const backup = { kind: 'snapshot', snapshotId: candidate.snapshotId } as const;
  return { region, backup, candidate, newestMoment: candidate.createdAt, pause: null };
}

function momentIn(account: Account, { region, backups }: Place, candidates: readonly Candidate[]): Choice {
  const isHere = region === account.here.region;
  if ('failed' in backups) return impossible(backups.failed);
  const window = backups.found;
  if (window === undefined)
    return {
      kind: 'not set up',
      reason: isHere
        ? `'${account.instance}' has no automated backups`
        : `automated backups of '${account.instance}' are not replicated to ${region}`,
    };
  const range = windowText(window);
  if (range === undefined || window.latest === undefined)
    return impossible(`no moment can be restored in ${region} yet: the first automated backup is not complete`);
  if (candidates.length === 0) return noCandidate(`in ${region}`);
  if (candidates.every((candidate) => candidate.pause === null && momentBehind(candidate) === undefined))
    return impossible(
      `of ${candidates.length} runs with a witness none has a whole second between its snapshot and S2: 'backupPlan.bracket.marginSeconds' is too short`,
    );
  for (const candidate of candidates) {
    const pausedAt = candidate.pause === null ? undefined : new Date(candidate.pause.at);
    const moment = [pausedAt, momentBehind(candidate)].find((one) => one !== undefined && isWithin(one, window));
    if (moment === undefined) continue;
    const time = wholeSecond(moment);
    const pause = moment === pausedAt ? candidate.pause : null;
    const backup = isHere
      ? ({ kind: 'moment', time } as const)
      : ({ kind: 'replicated-moment', time, automatedBackupArn: window.arn } as const);
    return { region, backup, candidate, newestMoment: window.latest, pause };
  }
  return impossible(
    `of ${candidates.length} runs with a witness none has a moment among those that can be restored in ${region}: ${range}`,
  );
}
