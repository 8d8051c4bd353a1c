/**
 * Names and tags of what this system makes. A name is derived from the execution, so that a second call names the
 * same thing; a tag says whose it is and until when. Nothing without both is ever deleted.
 */
export const tagKeys = {
  madeBy: 'pg-gameday:made-by',
  purpose: 'pg-gameday:purpose',
  execution: 'pg-gameday:execution',
  database: 'pg-gameday:database',
  /** By which the bill is attributed, once it is activated as a cost allocation tag: `costs.tag` in operations.yml. */
  workflow: 'pg-gameday:workflow',
  expiresAt: 'pg-gameday:expires-at',
  /** An operator's: retention keeps what bears it; the value is the reason. */
  hold: 'pg-gameday:hold',
  /** What a proof has found about a snapshot, when, and the key of the evidence; given when the proof is recorded. */
  verdict: 'pg-gameday:verdict',
  verifiedAt: 'pg-gameday:verified-at',
  evidenceKey: 'pg-gameday:evidence-key',
  /** On a copy in the second region: what the proof of its original has found. The copy itself was not restored. */
  originVerdict: 'pg-gameday:origin-verdict',
  /** On a snapshot whose copy was restored instead: what that proof has found. The snapshot itself was not restored. */
  copyVerdict: 'pg-gameday:copy-verdict',
  /** A person's, on a read replica that dr-promotion may promote: the name of its database. */
  replicaOf: 'pg-gameday:replica-of',
  /** On a replica that dr-promotion was about to promote: the execution. */
  promotedBy: 'pg-gameday:promoted-by',
  /** On the same: the snapshot that says which transactions it has in common with its primary. */
  partedAt: 'pg-gameday:parted-at',
  /** On a primary of the second region that dr-failback has replaced: the execution. */
  replacedBy: 'pg-gameday:replaced-by',
  /** On an old primary that dr-failback has set aside, for ever: the execution, and which database it was. */
  setAsideBy: 'pg-gameday:set-aside-by',
  setAsideOf: 'pg-gameday:set-aside-of',
  /** On an instance of a drill: its scope. */
  scope: 'pg-gameday:scope',
  /** On an instance that restore has made for real use: the execution. It stays. */
  restoredBy: 'pg-gameday:restored-by',
  /** On the same until it is handed over: the execution, which may delete it as long. */
  candidateOf: 'pg-gameday:candidate-of',
} as const;
export const madeBy = 'pg-gameday';

export const copyPrefix = 'gd-copy-';
export const snapshotPrefix = 'gd-backup-';

export type Tags = Readonly<Record<string, string>>;

/** RDS: at most 63 characters, letters, digits and single hyphens. Executions are distinguished by a hash of the name. */
export function copyInstanceId(database: string, executionName: string, attempt: number): string {
  return `${copyPrefix}${database.slice(0, 30)}-${shortHash(executionName)}-${attempt}`;
}

export function backupSnapshotId(database: string, executionName: string, attempt: number): string {
  return `${snapshotPrefix}${database.slice(0, 30)}-${shortHash(executionName)}-${attempt}`;
}

/** The execution of prove-snapshot that proves an attempt: Step Functions allows 80 characters, callers may use all. */
export function proofExecutionName(executionName: string, attempt: number): string {
  return `${executionName.slice(0, 60)}-${shortHash(executionName)}-${attempt}`;
}

export function backupTags(database: string, executionName: string): Tags {
  return {
    [tagKeys.madeBy]: madeBy,
    [tagKeys.purpose]: 'backup',
    [tagKeys.workflow]: 'backup-and-verify',
    [tagKeys.database]: database,
    [tagKeys.execution]: executionName,
  };
}

export function copyTags(database: string, executionName: string, expiresAt: Date): Tags {
  return {
    [tagKeys.madeBy]: madeBy,
    [tagKeys.purpose]: 'throw-away copy',
    [tagKeys.workflow]: 'prove-snapshot',
    [tagKeys.database]: database,
    [tagKeys.execution]: executionName,
    [tagKeys.expiresAt]: expiresAt.toISOString(),
  };
}

/** Why an instance must not be deleted as this execution's copy; undefined when it may be. */
export function whyNotOurCopy(
  instanceId: string,
  tags: Tags,
  expected: { executionName: string; sourceInstanceIds: readonly string[] },
): string | undefined {
  if (expected.sourceInstanceIds.includes(instanceId)) return 'is a source instance of operations.yml';
  if (!instanceId.startsWith(copyPrefix)) return `has a name that does not begin with '${copyPrefix}'`;
  if (tags[tagKeys.madeBy] !== madeBy) return `lacks the tag ${tagKeys.madeBy}=${madeBy}`;
  if (tags[tagKeys.purpose] !== 'throw-away copy')
    return `has purpose '${tags[tagKeys.purpose] ?? 'none'}', not 'throw-away copy'`;
  if (tags[tagKeys.execution] !== expected.executionName) {
    return `belongs to execution '${tags[tagKeys.execution] ?? 'none'}', not to '${expected.executionName}'`;
  }
  return undefined;
}

/** FNV-1a over 64 bits: short names, not secrets. Eleven characters of base 36 and more. */
export function shortHash(text: string): string {
  let value = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(text))
    value = BigInt.asUintN(64, (value ^ BigInt(byte)) * 0x100000001b3n);
  return value.toString(36);
}
