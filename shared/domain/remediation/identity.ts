import type { AlarmChange, FoundRemedy } from '../../contracts/remediation/remediation.ts';

/** Of one change of one alarm: the event delivered again has the same. */
export const actIdOf = ({ cause: { account, region, alarmName }, changedAt }: AlarmChange): string =>
  [account, region, alarmName, changedAt].join(' ');

/**
 * Of a remedy and what it is applied to: a warning and a critical alarm of one cause have the same. Sessions are not told apart: the
 * next one that blocks within the cool-down is for a person.
 */
export const causeKeyOf = ({ remedy, database, instanceId, target }: FoundRemedy): string =>
  [remedy, instanceId, target.kind === 'instance' ? '' : database].join(' ').trim();
