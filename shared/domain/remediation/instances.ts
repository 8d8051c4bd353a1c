import type { RemedyTarget } from '../../contracts/remediation/remediation.ts';
import type { Sought } from './blockers.ts';

/** An instance as far as a remedy cares. */
export type InstanceReading = {
  readonly id: string;
  readonly status: string;
  readonly storageGb: number;
  readonly storageType: string;
  readonly isMultiZone: boolean;
  /** RDS's own autoscaling of storage is on. */
  readonly growsByItself: boolean;
  readonly pendingStorageGb: number | undefined;
  readonly tags: Readonly<Record<string, string>>;
};

export type InstanceTarget = Extract<RemedyTarget, { kind: 'instance' }>;

/** An owner's consent; without it IAM refuses as well. */
export const remedyTag = { key: 'pg-gameday:remediation', value: 'start-and-grow' } as const;

/** Why nobody but a person touches it. A fenced primary that comes back would be written by two. */
function whyNotTouch({ id, tags }: InstanceReading): string | undefined {
  const { 'pg-gameday:protected': isProtected, 'pg-gameday:fenced': isFenced } = tags;
  if (isFenced !== undefined) return `instance '${id}' is fenced: ${isFenced || 'another one serves its applications'}`;
  if (isProtected !== undefined) return `instance '${id}' is protected: ${isProtected || 'no reason given'}`;
  if (tags[remedyTag.key] !== remedyTag.value) {
    return `instance '${id}' lacks the tag ${remedyTag.key}=${remedyTag.value}`;
  }
  if (tags['pg-gameday:stopped-at'] !== undefined) return `instance '${id}' was stopped by its office hours`;
  return undefined;
}

/** An instance that is stopped and that nobody has stopped on purpose. */
export function stoppedInstance(instance: InstanceReading | undefined, id: string): Sought<InstanceTarget> {
  if (instance === undefined) return { refusal: `instance '${id}' does not exist` };
  const reason = whyNotTouch(instance);
  if (reason !== undefined) return { refusal: reason };
  const { status, storageGb } = instance;
  if (status !== 'stopped') return { refusal: `instance '${id}' is '${status}', only what is 'stopped' is started` };
  return { target: { kind: 'instance', instanceId: id, status, storageGb, toStorageGb: storageGb } };
}

export type GrowRule = {
  readonly growPercent: number;
  readonly mostGb: number;
  readonly mostMoneyMonth: number;
  /** Of a GB of each type of storage in a month; what is not here is unknown. */
  readonly prices: Readonly<Record<string, number>>;
};

/** RDS adds at least a tenth. */
const leastPercent = 10;

export function grownInstance(
  instance: InstanceReading | undefined,
  id: string,
  { growPercent, mostGb, mostMoneyMonth, prices }: GrowRule,
): Sought<InstanceTarget> {
  if (instance === undefined) return { refusal: `instance '${id}' does not exist` };
  const reason = whyNotTouch(instance);
  if (reason !== undefined) return { refusal: reason };
  const { status, storageGb, storageType, isMultiZone, growsByItself, pendingStorageGb } = instance;
  if (status !== 'available' && status !== 'storage-full') return { refusal: `instance '${id}' is '${status}'` };
  if (growsByItself) return { refusal: `storage of instance '${id}' grows by RDS's own autoscaling` };
  if (pendingStorageGb !== undefined) return { refusal: `instance '${id}' grows to ${pendingStorageGb} GB already` };
  const toStorageGb = Math.ceil((storageGb * (100 + Math.max(growPercent, leastPercent))) / 100);
  if (toStorageGb > mostGb) {
    return { refusal: `instance '${id}' would have ${toStorageGb} GB, at most ${mostGb} are allowed` };
  }
  const price = Object.hasOwn(prices, storageType) ? prices[storageType] : undefined;
  if (price === undefined) return { refusal: `nobody knows what a GB of '${storageType}' costs` };
  // To the cent: a tenth of a cent is no reason.
  const money = Math.round((toStorageGb - storageGb) * price * (isMultiZone ? 2 : 1) * 100) / 100;
  if (money > mostMoneyMonth) {
    return { refusal: `it would cost ${money.toFixed(2)} a month more, at most ${mostMoneyMonth} are allowed` };
  }
  return { target: { kind: 'instance', instanceId: id, status, storageGb, toStorageGb } };
}
