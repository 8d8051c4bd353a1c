import { type Assumption, deployed } from './assumption.ts';

/** Of a restore for real use. */
export const assumptionsOfRestore: readonly Assumption[] = [
  {
    fact: 'RestoreDBInstanceFromDBSnapshot and RestoreDBInstanceToPointInTime take BackupRetentionPeriod, PreferredBackupWindow, log exports, certificate authority and EngineLifecycleSupport; the maintenance window only ModifyDBInstance takes',
    source: 'RDS API reference',
    breaks: 'a restore is refused with InvalidParameterCombination, or the parity report lists what was not taken',
    command: `${deployed}restore of a small database; its page lists the differences`,
  },
  {
    fact: 'aws:RequestTag and aws:ResourceTag conditions hold for both restore calls, DeleteDBInstance, ModifyDBInstance and RemoveTagsFromResource',
    source: 'service authorization reference of RDS',
    breaks: 'the restore is refused with AccessDeniedError, or what was given up stays and is reported',
    command: '`aws iam simulate-custom-policy` with resources/roles/restore.yml',
  },
  {
    fact: 'DescribeOrderableDBInstanceOptions lists the zones in which a class can be ordered, and a restore into a subnet group takes one of them',
    source: 'RDS API reference, OrderableDBInstanceOption',
    breaks:
      'a restore that the plan lets through is refused with InsufficientDBInstanceCapacity; it is tried for an hour',
    command: '`aws rds describe-orderable-db-instance-options --engine postgres --db-instance-class <class>`',
  },
  {
    fact: 'RestoreTime brings back what committed before that second ended, as recovery_target_time with recovery_target_inclusive does',
    source: 'RDS user guide, restoring to a specified time; PostgreSQL’s manual',
    breaks:
      '"justBefore" a whole second loses a second too much, or brings back what it is to leave out; the heartbeat says which',
    command: 'write a row each 100 ms, restore to a second between two of them, look which are there',
  },
  {
    fact: 'A restore to the whole second at which all writers paused brings back what had committed until then, and nothing that commits 50 ms later',
    source: 'PostgreSQL’s manual, recovery_target_time: the time of a commit is that of the server that wrote it',
    breaks: 'with exactPause the paths of moments are red: rows of after the moment, or a heartbeat outside the pause',
    command: `${deployed}exactPause: true for a night under writers, then restore-test with "paths": ["point-in-time"]`,
  },
  {
    fact: 'The master user may grant pg_maintain, and gameday_maintain may LOCK TABLE pg_largeobject IN SHARE MODE by it',
    source: 'PostgreSQL’s manual, predefined roles',
    breaks: 'the night says that writers did not pause, or that a relation was not locked',
    command: '`npm run bootstrap-database -- … --capability maintain`, then LOCK TABLE as that role',
  },
];
