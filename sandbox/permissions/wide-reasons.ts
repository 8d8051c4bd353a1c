import type { GrantWidth } from './width.ts';

type Reason = { readonly sids: readonly string[]; readonly role?: string; readonly reason: string };

/** Why a grant is wider than what it was used for. What is not here must be as narrow as its use. */
const reasons: readonly Reason[] = [
  {
    sids: ['DescribePrimaryAndReplica'],
    role: 'WatchPrimaryRole',
    reason: 'what the primary and its replica are called, and in which region a primary is, says operations.yml',
  },
  {
    sids: ['DrawPage'],
    role: 'RecordPromotionRole',
    reason: 'what was measured is kept under the moment of its execution, by which it is found in order',
  },
  {
    sids: ['RestorePrimaryOfScope', 'CreateReplicaOfScope'],
    reason:
      'instances of a drill are made of the newest proven backup and with groups that operations.yml and RDS name',
  },
  {
    sids: ['DescribeScope'],
    role: 'StartDrillReplicaRole',
    reason: 'a replica that was made by a call whose answer was lost is looked at, too',
  },
  {
    sids: ['PointNameOfScope', 'FindNameOfScope', 'RemoveNameOfScope'],
    reason: 'the hosted zone is found by the name that operations.yml gives; its records are held to those of a drill',
  },
  ...['FenceDrillRole', 'ConfirmDrillRole', 'ConfirmByClientRole'].map((role) => ({
    sids: ['ReadDatabaseSecrets'],
    role,
    reason: 'what the secrets of the fence and of a client of a database are called says operations.yml',
  })),
  {
    sids: ['KeepSamples'],
    role: 'ReadStatementsRole',
    reason: 'a sample of statements is called after its moment',
  },
  {
    sids: ['DeliverLogs'],
    role: 'ColdLogsDeliveryRole',
    reason: 'Firehose calls its objects after their moment, with an id of its own',
  },
  {
    sids: ['ReadDatabaseSecrets'],
    role: 'FencePrimaryRole',
    reason: 'what the secret of the fence of a database is called says operations.yml',
  },
  {
    sids: ['DescribeBothSides', 'DescribeReplaced', 'DescribeOld', 'DescribeHere'],
    reason: 'what the instances of a failback are called, operations.yml and a person say',
  },
  {
    sids: ['SayByWhom'],
    role: 'MarkReplacedRole',
    reason: 'what the primary of the second region is called, a person says; it must bear the tag of a replica',
  },
  {
    sids: ['MakeReplica'],
    reason: 'the replica of a failback has the groups of the old primary, and its source is what a person has promoted',
  },
  {
    sids: ['ReadDatabaseSecrets'],
    role: 'PlanFailbackRole',
    reason: 'what the secret of the fence of a database is called says operations.yml',
  },
  {
    sids: ['ReadDatabaseSecrets'],
    role: 'LiftFenceRole',
    reason: 'what the secret of the fence of a database is called says operations.yml',
  },
  {
    sids: ['SignLinks'],
    reason: 'AWS puts six letters of its own behind the name of a secret',
  },
  {
    sids: ['DescribePrimaryAndReplicas', 'DescribePrimary'],
    reason: 'where the primary of a database is, and what its replicas are called, operations.yml and a person say',
  },
  {
    sids: ['ReadDatabaseSecrets'],
    role: 'RenewLeaseRole',
    reason: 'what the secret of the fence of a database is called says operations.yml',
  },
  {
    sids: ['ReadDatabaseSecrets'],
    role: 'PlanFailoverRole',
    reason: 'what the secret of the fence of a database is called says operations.yml',
  },
  {
    sids: ['ReadDatabaseSecrets'],
    role: 'ChangeFenceRole',
    reason: 'what the secret of the fence of a database is called says operations.yml',
  },
  {
    sids: ['ReadReceiverSecrets'],
    reason: 'which receivers a stage has, and what their secrets are called, says operations.yml',
  },
  {
    sids: ['StartStopped', 'GrowStorage'],
    role: 'ApplyRemedyRole',
    reason: 'which instances may be started and grown say the tags that their owners give them',
  },
  {
    sids: ['ReadSecretsOfCapabilities'],
    reason: 'what the secret of a capability is called, says operations.yml; the demo has that of one remedy',
  },
  {
    sids: ['DescribeSnapshots'],
    role: 'CopySnapshotRole',
    reason:
      'at the quota of the second region all of its snapshots are listed, to tell copies on their way from a full region',
  },
  {
    sids: ['DescribeSnapshots'],
    role: 'StartRestoreRole',
    reason:
      'of replicated backups the newest snapshot of the database says how its instance is set up, whatever it is called',
  },
  {
    sids: ['RestoreMoments'],
    reason:
      'the source is any instance of operations.yml; what is made must bear the tags of a copy, which only a copy may get',
  },
  {
    sids: ['ReadGroupOfCopies'],
    reason: 'copies have the parameter group that operations.yml names, whatever it is called',
  },
  {
    sids: ['RestoreSnapshots', 'DescribeBackups', 'DescribeSubnetGroups', 'ReadParameterGroups', 'SeeKeys'],
    reason: 'which snapshot is restored for real use, and into which groups, a person and the source say',
  },
  {
    sids: ['TagCandidates'],
    reason: 'what is restored for real use goes on with the tags of its source, whatever they are called',
  },
  { sids: ['ReadRungs'], role: 'RecordRestoreRole', reason: 'the rungs of every task of a restore are read' },
  {
    sids: ['RestoreThrowAwayCopies'],
    reason: 'a copy has the parameter, option and subnet groups of its source, whatever they are called',
  },
  {
    sids: ['DescribeCopiesAndSource'],
    reason: 'an index that is damaged on the copy is looked up in its source, which operations.yml names',
  },
  { sids: ['ReadRungs'], role: 'RecordEvidenceRole', reason: 'the rungs of every task of a proof are read' },
  { sids: ['ReadRungs'], role: 'RecordRestoreTestRole', reason: 'the rungs of every task of a proof are read' },
  {
    sids: ['ReadResults', 'KeepResults'],
    reason: 'Step Functions writes lists of what succeeded, failed and is pending, each where there are any',
  },
  {
    sids: ['DescribeInstances', 'ListSnapshots', 'DescribeBuckets', 'MeasureUploads'],
    role: 'FindWasteRole',
    reason: 'waste is looked for in every region and bucket of the account',
  },
];

export function reasonForWidth({ grant }: GrantWidth): string | undefined {
  return reasons.find(({ sids, role }) => sids.includes(grant.sid) && (role === undefined || role === grant.role))
    ?.reason;
}
