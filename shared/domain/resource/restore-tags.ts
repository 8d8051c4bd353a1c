import { madeBy, type Tags, tagKeys } from './throw-away.ts';

/** What a restore needs of the instance that a snapshot was taken from, where that instance is not. */
export const restoreTagKeys = {
  instanceClass: 'pg-gameday:instance-class',
  parameterGroup: 'pg-gameday:parameter-group',
} as const;

export const restoreTags = (source: { readonly instanceClass: string; readonly parameterGroup: string }): Tags => ({
  [restoreTagKeys.instanceClass]: source.instanceClass,
  [restoreTagKeys.parameterGroup]: source.parameterGroup,
});

type TaggedSnapshot = { readonly takenAt?: Date | undefined; readonly tags: Tags };

/** What the newest snapshot of a database reports of its instance, where that is not. */
export function newestRestoreSource(snapshots: readonly TaggedSnapshot[], database: string) {
  const reporting = snapshots.flatMap(({ takenAt, tags }) => {
    const source = tags[tagKeys.madeBy] === madeBy && tags[tagKeys.database] === database && restoreSource(tags);
    return source ? [{ takenAt: takenAt?.getTime() ?? 0, source }] : [];
  });
  return reporting.reduce<(typeof reporting)[number] | undefined>(
    (newest, one) => (newest !== undefined && newest.takenAt >= one.takenAt ? newest : one),
    undefined,
  )?.source;
}

/** What such tags report; undefined when they do not report all of it. */
export function restoreSource(tags: Tags): { instanceClass: string; parameterGroup: string } | undefined {
  const { [restoreTagKeys.instanceClass]: instanceClass, [restoreTagKeys.parameterGroup]: parameterGroup } = tags;
  return instanceClass === undefined || parameterGroup === undefined ? undefined : { instanceClass, parameterGroup };
}
