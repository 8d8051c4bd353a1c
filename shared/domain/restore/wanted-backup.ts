import type { RestoreRefusal, WantedBackup } from '../../contracts/restore/restore.ts';
import type { RestoreSource } from '../../contracts/verification.ts';
import { type Tags, tagKeys } from '../resource/throw-away.ts';
import { type RestoreWindow, wholeSecond, whyNotRestorable, windowText } from './moment.ts';

export type FoundSnapshot = {
  readonly id: string;
  readonly instanceId: string;
  readonly status: string;
  readonly createdAt?: Date | undefined;
  readonly kmsKeyId?: string | undefined;
  readonly storageGb: number;
  readonly engineVersion: string;
  readonly tags: Tags;
};

export type Backups = {
  readonly instance: string;
  readonly region: string;
  /** Undefined where no automated backups are kept. */
  readonly window: (RestoreWindow & { readonly arn: string; readonly isReplicated: boolean }) | undefined;
  /** Of the instance, or of that name. */
  readonly snapshots: readonly FoundSnapshot[];
  readonly now: Date;
};

/** What was wanted, once the source has said when the event was. */
export type KnownBackup = Exclude<WantedBackup, { justBefore: unknown }> | { readonly justBefore: string };

export type ChosenBackup = {
  readonly backup: RestoreSource;
  readonly newestMoment: Date;
  readonly snapshot?: FoundSnapshot;
  readonly notes: readonly string[];
};

const refusal = (reason: string, remedy: string): { readonly refusal: RestoreRefusal } => ({
  refusal: { reason, remedy },
});

/** What of an instance's backups is meant, or why it cannot be restored and what can. */
export function chooseBackup(
  wanted: KnownBackup,
  backups: Backups,
): ChosenBackup | { readonly refusal: RestoreRefusal } {
  if ('snapshot' in wanted) return snapshotOf(wanted.snapshot, backups);
  const time = 'at' in wanted ? wanted.at : secondBefore(wanted.justBefore);
  const { window, instance, region, now } = backups;
  if (window === undefined)
    return refusal(
      `no automated backups of '${instance}' are kept in ${region}, so that no moment can be restored`,
      `Restore a snapshot: {"snapshot": "newest"}.`,
    );
  const range = windowText(window);
  const why = whyNotRestorable(time, window, now);
  if (why !== undefined || window.latest === undefined)
    return refusal(
      `the moment ${time} of '${instance}' cannot be restored in ${region}: ${why}`,
      range === undefined
        ? 'Wait for the first automated backup, or restore a snapshot: {"snapshot": "newest"}.'
        : `Restorable is ${range}. Choose a whole second in that range, or "latest"; its end moves on about every 5 minutes.`,
    );
  const newestMoment = time === 'latest' ? window.latest : new Date(time);
  // What RDS means by the latest moment is another one at each call; a second call must mean the same.
  const whole = wholeSecond(newestMoment);
  const backup: RestoreSource = window.isReplicated
    ? { kind: 'replicated-moment', automatedBackupArn: window.arn, time: whole }
    : { kind: 'moment', time: whole };
  return { backup, newestMoment: new Date(whole), notes: [] };
}

/** RDS restores to whole seconds, and brings back what had committed until then: of `05:00:00Z` it would be the second before. */
export function secondBefore(moment: string): string {
  const [, whole = moment, fraction = ''] = /^(.*?)(?:\.(\d+))?Z$/.exec(moment) ?? [];
  const at = Date.parse(`${whole}Z`);
  return wholeSecond(new Date(/[1-9]/.test(fraction) ? at : at - 1000));
}

const isGood = ({ tags }: FoundSnapshot): boolean => /^(exact|bounded)$/.test(tags[tagKeys.verdict] ?? '');

function snapshotOf(
  name: string,
  { instance, region, snapshots }: Backups,
): ChosenBackup | { readonly refusal: RestoreRefusal } {
  const available = snapshots
    .filter(({ status, createdAt, instanceId }) => instanceId === instance && status === 'available' && createdAt)
    .toSorted((left, right) => Number(right.createdAt) - Number(left.createdAt));
  const known = available.slice(0, 5).map(({ id }) => `'${id}'`);
  const remedy =
    known.length === 0
      ? `Restore a moment, or look in the other region: RDS shows no snapshot of '${instance}' here.`
      : `Newest of '${instance}' here are ${known.join(', ')}.`;
  const found = name === 'newest' ? available[0] : snapshots.find(({ id }) => id === name);
  if (found === undefined)
    return refusal(
      name === 'newest'
        ? `no snapshot of '${instance}' is available in ${region}`
        : `snapshot '${name}' does not exist in ${region}`,
      remedy,
    );
  if (found.instanceId !== instance)
    return refusal(
      `snapshot '${name}' is one of instance '${found.instanceId}', expected one of '${instance}'`,
      remedy,
    );
  if (found.status !== 'available' || found.createdAt === undefined)
    return refusal(`snapshot '${found.id}' is '${found.status}', expected 'available'`, remedy);
  const verdict = found.tags[tagKeys.verdict];
  const proven = available.find(isGood);
  const better = proven === undefined ? '' : `; the newest that is proven is '${proven.id}'`;
  const notes = isGood(found)
    ? []
    : [
        verdict === undefined
          ? `no proof has looked at snapshot '${found.id}'${better}`
          : `the proof of snapshot '${found.id}' has found '${verdict}'${better}`,
      ];
  return { backup: { kind: 'snapshot', snapshotId: found.id }, newestMoment: found.createdAt, snapshot: found, notes };
}
