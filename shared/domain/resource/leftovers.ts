import { copyPrefix, madeBy, type Tags, tagKeys, whyNotOurCopy } from './throw-away.ts';

export type InstanceInRegion = { readonly id: string; readonly status: string; readonly tags: Tags };

/** `expired`: to be deleted. `suspect`: looks like a copy and must be looked at by a person. */
export type Leftover = {
  readonly instanceId: string;
  readonly kind: 'expired' | 'suspect';
  readonly executionName: string;
  readonly reason: string;
};

/**
 * Finds throw-away copies that outlived their expiry because the execution that made them did not remove them.
 * Only an instance with the name, every tag and a readable expiry in the past is expired. One that has the name but
 * not the tags, or the tags but not the name, is named as suspect and left alone; all others are not ours to speak of.
 */
export function findLeftovers(
  instances: readonly InstanceInRegion[],
  sourceInstanceIds: readonly string[],
  now: Date,
): readonly Leftover[] {
  return instances.flatMap((instance): Leftover[] => {
    const { id: instanceId, tags } = instance;
    const executionName = tags[tagKeys.execution] ?? '';
    const isOurs = tags[tagKeys.madeBy] === madeBy && tags[tagKeys.purpose] === 'throw-away copy';
    if (!instanceId.startsWith(copyPrefix) && !isOurs) return [];
    const reason = whyNotExpired(instance, sourceInstanceIds, now);
    if (reason === undefined)
      return [{ instanceId, kind: 'expired', executionName, reason: `expired at ${tags[tagKeys.expiresAt]}` }];
    return reason.isSuspect ? [{ instanceId, kind: 'suspect', executionName, reason: reason.text }] : [];
  });
}

/** Why an instance must not be deleted as a left-over; undefined when it may be. */
export function whyNotExpired(
  { id, status, tags }: InstanceInRegion,
  sourceInstanceIds: readonly string[],
  now: Date,
): { readonly text: string; readonly isSuspect: boolean } | undefined {
  const executionName = tags[tagKeys.execution];
  const notOurs = whyNotOurCopy(
    id,
    { ...tags, [tagKeys.execution]: executionName ?? '' },
    { executionName: executionName ?? '', sourceInstanceIds },
  );
  if (notOurs !== undefined) return { text: notOurs, isSuspect: true };
  if (executionName === undefined || executionName === '') {
    return { text: `lacks the tag ${tagKeys.execution}`, isSuspect: true };
  }
  const expiresAt = tags[tagKeys.expiresAt];
  const expiry = expiresAt !== undefined && /^\d{4}-\d\d-\d\dT/.test(expiresAt) ? Date.parse(expiresAt) : Number.NaN;
  if (Number.isNaN(expiry)) {
    return { text: `has expiry '${expiresAt ?? 'none'}', which is no time`, isSuspect: true };
  }
  if (expiry > now.getTime()) return { text: `expires at ${expiresAt}`, isSuspect: false };
  return status === 'deleting' ? { text: 'is being deleted', isSuspect: false } : undefined;
}
