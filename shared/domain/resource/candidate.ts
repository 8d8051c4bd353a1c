import { copyPrefix, shortHash, type Tags, tagKeys } from './throw-away.ts';

/**
 * Names and tags of what is restored for real use. No name is that of a throw-away copy, and none of a copy's tags is borne, so that
 * nothing that cleans up can mean it; the role of each such task refuses it as well.
 */
const infix = '-restored-';

/** RDS: at most 63 characters. The roles of the tasks name `*-restored-*`. */
export function candidateInstanceId(sourceInstanceId: string, executionName: string, attempt: number): string {
  const end = `${infix}${shortHash(`${executionName}/${attempt}`)}`;
  const stem = sourceInstanceId.startsWith(copyPrefix) ? `of-${sourceInstanceId}` : sourceInstanceId;
  return `${stem.slice(0, 63 - end.length).replace(/-+$/, '')}${end}`;
}

/** RDS keeps 50 tags; two are ours. */
const mostTags = 48;

/** Not the source's, but what this system or AWS says of the source. */
const isOthers = (key: string): boolean => /^(pg-gameday|aws):/i.test(key);

/** The tags of the source, which a restored instance goes on with. */
export const ownTags = (source: Tags): Tags =>
  Object.fromEntries(
    Object.entries(source)
      .filter(([key]) => !isOthers(key))
      .slice(0, mostTags),
  );

export const candidateTags = (source: Tags, executionName: string): Tags => ({
  ...ownTags(source),
  [tagKeys.restoredBy]: executionName,
  [tagKeys.candidateOf]: executionName,
});

export type ExpectedCandidate = {
  readonly executionName: string;
  readonly attempt: number;
  /** The instance that the database is restored from. */
  readonly source: string;
  readonly sourceInstanceIds: readonly string[];
};

/** Why an instance must not be taken for what this execution has restored; undefined when it may be. */
export function whyNotRestored(
  instanceId: string,
  tags: Tags,
  { executionName, attempt, source, sourceInstanceIds }: ExpectedCandidate,
): string | undefined {
  if (sourceInstanceIds.includes(instanceId)) return 'is a source instance of operations.yml';
  const expected = candidateInstanceId(source, executionName, attempt);
  if (instanceId !== expected) return `is not named '${expected}'`;
  if (tags[tagKeys.madeBy] !== undefined) return `bears the tag ${tagKeys.madeBy}, which no restored instance does`;
  if (tags[tagKeys.restoredBy] !== executionName)
    return `was restored by execution '${tags[tagKeys.restoredBy] ?? 'none'}', not by '${executionName}'`;
  return undefined;
}

/** Why it must not be changed or deleted: it is another one, or was handed over. */
export function whyNotCandidate(instanceId: string, tags: Tags, expected: ExpectedCandidate): string | undefined {
  const reason = whyNotRestored(instanceId, tags, expected);
  if (reason !== undefined) return reason;
  return tags[tagKeys.candidateOf] === expected.executionName
    ? undefined
    : `is no candidate of execution '${expected.executionName}' any more: somebody has taken it over`;
}
