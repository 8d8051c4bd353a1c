import type { WasteFinding } from '../../shared/contracts/waste.ts';
import { officeTags } from '../../shared/domain/office-hours/office-hours.ts';
import { copyPrefix, madeBy, snapshotPrefix, type Tags, tagKeys } from '../../shared/domain/resource/throw-away.ts';

/** A thing as it is at this moment. */
export type SeenNow = {
  readonly tags: Tags;
  /** Undefined where AWS does not report it. */
  readonly createdAt: Date | undefined;
  /** AWS is removing it already. */
  readonly isGoing?: boolean;
  /** Why AWS would not remove it, or must not, as long as nobody does what the hint says. */
  readonly locked?: { readonly text: string; readonly hint: string } | undefined;
  /** What the report's assess says of it now; undefined: it is no waste. */
  readonly verdict: WasteFinding | undefined;
  /** What it is, in words: for a person who is notified that it is no waste any more. */
  readonly state: string;
  readonly described: Readonly<Record<string, unknown>>;
};

export type Refusal = {
  /** `changed`: it is not what was accepted. `refused`: it never was to be removed this way. */
  readonly kind: 'changed' | 'refused';
  readonly text: string;
  readonly hint: string;
};

/** Names by which another thing can be made after the first one is gone; the others are AWS's own and never come again. */
const isNameForEver = ({ kind }: WasteFinding): boolean => kind === 'unassociated-address';

/** Why a thing must not be removed, though it was accepted; undefined when it may be. */
export function whyRefused(
  accepted: WasteFinding,
  seen: SeenNow,
  /** Instances that operations.yml names. */
  ownInstances: readonly string[],
): Refusal | undefined {
  const { resource } = accepted;
  const { tags, createdAt, locked, verdict, state } = seen;
  const changed = (text: string, hint: string): Refusal => ({ kind: 'changed', text, hint });
  const refused = (text: string, hint: string): Refusal => ({ kind: 'refused', text, hint });
  if (tags[tagKeys.madeBy] === madeBy || [copyPrefix, snapshotPrefix].some((prefix) => resource.startsWith(prefix))) {
    return refused("is pg-gameday's own", 'Retention and sweep-leftovers remove what is theirs.');
  }
  if (ownInstances.includes(resource)) {
    return refused('is named in operations.yml', 'Take it out of operations.yml and deploy; then accept it again.');
  }
  const reason = tags[officeTags.protected];
  if (reason !== undefined) {
    return changed(
      `bears the tag ${officeTags.protected} now: ${reason || 'no reason given'}`,
      'Ask who protected it; what is protected stays.',
    );
  }
  const isSame =
    accepted.createdAt === undefined
      ? isNameForEver(accepted)
      : createdAt !== undefined && createdAt.getTime() === Date.parse(accepted.createdAt);
  if (!isSame) {
    const then = accepted.createdAt ?? 'a time that the report did not report';
    const now = createdAt === undefined || Number.isNaN(createdAt.getTime()) ? 'unknown' : createdAt.toISOString();
    return changed(
      `was made at ${now}, accepted was one made at ${then}`,
      'Another thing bears the name. Wait for the next report, and accept what it finds.',
    );
  }
  if (locked !== undefined) return refused(locked.text, locked.hint);
  if (verdict === undefined || verdict.id !== accepted.id) {
    return changed(`is not assessed to be waste any more: ${state}`, 'Somebody uses it again, or has changed it.');
  }
  const billed = ({ billedAs }: WasteFinding) => billedAs && `${billedAs.usageType} of ${billedAs.service}`;
  if (billed(verdict) !== billed(accepted)) {
    return changed(
      `is ${billed(verdict) ?? 'unknown'} now, accepted was ${billed(accepted) ?? 'unknown'}`,
      'Somebody has changed it since: ask who.',
    );
  }
  return undefined;
}
