import type { Tags } from './throw-away.ts';

/** What a restore needs of the instance that a snapshot was taken from, where that instance is not. */
export const restoreTagKeys = {
  instanceClass: 'pg-gameday:instance-class',
  parameterGroup: 'pg-gameday:parameter-group',
} as const;

export const restoreTags = (source: { readonly instanceClass: string; readonly parameterGroup: string }): Tags => ({
  [restoreTagKeys.instanceClass]: source.instanceClass,
  [restoreTagKeys.parameterGroup]: source.parameterGroup,
});

/** What such tags report; undefined when they do not report all of it. */
export function restoreSource(tags: Tags): { instanceClass: string; parameterGroup: string } | undefined {
  const { [restoreTagKeys.instanceClass]: instanceClass, [restoreTagKeys.parameterGroup]: parameterGroup } = tags;
  return instanceClass === undefined || parameterGroup === undefined ? undefined : { instanceClass, parameterGroup };
}
