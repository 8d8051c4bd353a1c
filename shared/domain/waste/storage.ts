import { daysSince, type Holding, type Verdict, type WasteRule } from './finding.ts';
import { priced, priceIn, type WastePrices } from './prices.ts';

export type Volume = Holding & {
  readonly state: string;
  readonly type: string;
  readonly gigabytes: number | undefined;
  readonly attachments: number;
};

export type VolumeSnapshot = Holding & {
  readonly state: string;
  readonly volumeId: string;
  readonly gigabytes: number | undefined;
};

export type Image = Holding & {
  readonly snapshotIds: readonly string[];
  readonly gigabytes: number | undefined;
  /** When a machine was last started from it, as far as AWS reports. */
  readonly lastLaunched: Date | undefined;
};

/** What keeps a snapshot in use. */
export type Storage = {
  readonly volumes: readonly Volume[];
  readonly images: readonly Image[];
};

const aged = ({ createdAt }: Holding, now: Date): string =>
  createdAt === undefined ? 'of unknown age' : `${daysSince(createdAt, now)} days old`;

const isOld = ({ createdAt }: Holding, { oldDays }: WasteRule, now: Date): boolean =>
  createdAt !== undefined && daysSince(createdAt, now) >= oldDays;

/** Under this name Cost Explorer has what belongs to EC2 and is no machine. */
const ebs = 'EC2 - Other';
const snapshotUsage = { service: ebs, usageType: 'EBS:SnapshotUsage' };

/** The bill still uses the names that the types of volumes had when they were new. */
const volumeUsage = (type: string): string =>
  `EBS:VolumeUsage${type === 'standard' ? '' : type === 'io1' ? '.piops' : `.${type}`}`;

/** A volume that no machine has. */
export function assessVolume(volume: Volume, prices: WastePrices, now: Date): Verdict | undefined {
  const { id, region, state, type, gigabytes, attachments } = volume;
  if (state !== 'available' || attachments > 0) return undefined;
  const snapshot = `aws ec2 create-snapshot --region ${region} --volume-id ${id}`;
  return {
    kind: 'unattached-volume',
    ...priced(priceIn(prices.volumeGb, type), gigabytes, 'GB', `volumeGb.${type}`),
    evidence: `${type} volume, ${aged(volume, now)}, attached to no machine`,
    difficulty: 'careful',
    action: `${snapshot}, wait until it is completed, then aws ec2 delete-volume --region ${region} --volume-id ${id}`,
    billedAs: { service: ebs, usageType: volumeUsage(type) },
  };
}

/** An old snapshot whose volume is gone and that no image needs: nothing in the region leads to it any more. */
export function assessSnapshot(
  snapshot: VolumeSnapshot,
  { volumes, images }: Storage,
  { prices, rule, now }: { readonly prices: WastePrices; readonly rule: WasteRule; readonly now: Date },
): Verdict | undefined {
  const { id, region, state, volumeId, gigabytes } = snapshot;
  if (state !== 'completed' || !isOld(snapshot, rule, now)) return undefined;
  if (volumes.some((volume) => volume.id === volumeId)) return undefined;
  if (images.some(({ snapshotIds }) => snapshotIds.includes(id))) return undefined;
  const { aMonth, basis } = priced(prices.snapshotGb, gigabytes, 'GB', 'snapshotGb');
  return {
    kind: 'orphaned-snapshot',
    aMonth,
    basis: aMonth === null ? basis : `at most ${basis}: only changed blocks are billed`,
    evidence: `snapshot ${aged(snapshot, now)}; its volume ${volumeId} is gone and no image uses it`,
    difficulty: 'careful',
    action: `aws ec2 delete-snapshot --region ${region} --snapshot-id ${id}`,
    billedAs: snapshotUsage,
  };
}

/** An old image from which no machine was started for as long. */
export function assessImage(
  image: Image,
  { prices, rule, now }: { readonly prices: WastePrices; readonly rule: WasteRule; readonly now: Date },
): Verdict | undefined {
  const { id, region, gigabytes, snapshotIds, lastLaunched } = image;
  if (!isOld(image, rule, now)) return undefined;
  if (lastLaunched !== undefined && daysSince(lastLaunched, now) < rule.oldDays) return undefined;
  const { aMonth, basis } = priced(prices.snapshotGb, gigabytes, 'GB', 'snapshotGb');
  const launched =
    lastLaunched === undefined ? 'AWS reports no launch' : `last launched ${daysSince(lastLaunched, now)} days ago`;
  const deletions = snapshotIds.map((one) => `aws ec2 delete-snapshot --region ${region} --snapshot-id ${one}`);
  return {
    kind: 'old-image',
    aMonth,
    basis: aMonth === null ? basis : `at most ${basis}: only changed blocks are billed`,
    evidence: `image ${aged(image, now)}, ${launched}; launch templates were not looked at`,
    difficulty: 'careful',
    action: [`aws ec2 deregister-image --region ${region} --image-id ${id}`, ...deletions].join(', then '),
    billedAs: snapshotUsage,
  };
}
