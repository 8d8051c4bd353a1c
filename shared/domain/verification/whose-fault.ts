import type { Rung, TableVerdict } from '../../contracts/verification.ts';

/**
 * Whose fault it is that a backup is not proven, in the same words everywhere. `the backup`: it would not give the data
 * back. `the source`: the backup is faithful, and the database itself is at fault. `the environment`: account, network,
 * quotas, AWS. `ours`: a mistake of this system.
 */
export type Blamed = 'the backup' | 'the source' | 'the environment' | 'ours';

export type Blame = {
  readonly blamed: Blamed;
  /** P1: act now, there is no backup of this night that is known to be good. P2: act today. */
  readonly severity: 'P1' | 'P2';
  readonly remedy: string;
};

const remedies: Readonly<Record<Blamed, string>> = {
  'the backup': 'take another snapshot now by starting the workflow again',
  'the source': 'mend the database: every backup of it is as it is',
  'the environment': 'mend what the message names and start the workflow again',
  ours: 'report it with the execution, and start the workflow again',
};

const ofSource = [
  'LoginRefusedError',
  'TableLockedError',
  'MissingPrivilegeError',
  'DatabaseNotBootstrappedError',
  'UnsupportedVersionError',
  'UnknownDatabaseError',
  'BackupAlreadyRunningError',
  'WitnessDeadlineError',
  'StatementFailedError',
  'InstanceBusyError',
];

const ofEnvironment = [
  'AccessDeniedError',
  'AwsUnavailableError',
  'CapacityUnavailableError',
  'CertificateRejectedError',
  'CopyNotQuietError',
  'CostCapReached',
  'CredentialsRejectedError',
  'DatabaseUnreachableError',
  'InstanceNotAvailableError',
  'InstanceNotFoundError',
  'InstanceQuotaExceededError',
  'InvalidOperationsError',
  'MomentNotRestorableError',
  'RestoreFailedError',
  'RestoreTimedOut',
  'RunTimedOut',
  'SecretUnreadableError',
  'SnapshotCopyFailedError',
  'SnapshotCopyTimedOut',
  'SnapshotFailedError',
  'SnapshotQuotaExceededError',
  'SnapshotTimedOut',
  'StorageQuotaExceededError',
];

/** What a finding says when the source was asked, too, and is no better. */
export const inSourceToo = 'damaged in the source, too';
const aboutSource = new RegExp(`^(the source cannot read it|${inSourceToo})`);

/** Undefined when nothing is wrong. What was found on the copy counts before what broke off. */
export function whoseFault(
  rungs: readonly Pick<Rung, 'status' | 'findings'>[],
  tables: readonly Pick<TableVerdict, 'status' | 'reason'>[],
  failure: { readonly error: string } | null,
): Blame | undefined {
  const problems = [
    ...rungs.flatMap(({ findings }) =>
      findings.filter(({ status }) => status === 'failed').map(({ problem }) => problem),
    ),
    ...tables.filter(({ status }) => status === 'failed').map(({ reason }) => reason ?? ''),
  ];
  if (problems.length > 0)
    return blame(problems.every((problem) => aboutSource.test(problem)) ? 'the source' : 'the backup');
  if (failure === null) return undefined;
  if (ofSource.includes(failure.error)) return blame('the source');
  return blame(ofEnvironment.includes(failure.error) ? 'the environment' : 'ours');
}

function blame(blamed: Blamed): Blame {
  return { blamed, severity: blamed === 'the source' ? 'P2' : 'P1', remedy: remedies[blamed] };
}
