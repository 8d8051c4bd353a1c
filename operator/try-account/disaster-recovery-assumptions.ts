import { type Assumption, deployed } from './assumption.ts';

/** Of the fence, the lease and a promotion. */
export const assumptionsOfDisasterRecovery: readonly Assumption[] = [
  {
    fact: 'A cross-region read replica reports ReadReplicaSourceDBInstanceIdentifier as the ARN of its source, and nothing once it is promoted',
    source: 'RDS API reference, DBInstance',
    breaks: 'the plan finds no replica, or a promotion never ends and is reported as unfinished; the fence stays',
    command: `${deployed}dr-promotion in the second region with {"database": …}, which changes nothing`,
  },
  {
    fact: 'ModifyDBInstance with NewDBInstanceIdentifier and ApplyImmediately renames an instance, keeps its DbiResourceId and its tags, and leaves its old name to the next instance, which then has the old endpoint',
    source: 'RDS user guide, renaming a DB instance',
    breaks: 'a failback stops when the old primary was set aside, or the DNS record leads nowhere when it has switched',
    command: 'rename a test instance, make another one of its old name, and compare DbiResourceId and Endpoint of both',
  },
  {
    fact: 'An instance that was a cross-region read replica and was promoted can itself be the source of a replica in the region of its old primary, with a KMS key of that region',
    source: 'RDS user guide, creating a read replica in a different AWS Region',
    breaks: 'a failback stops in RebuildReplica; the primary stays where it is',
    command: '`aws rds create-db-instance-read-replica` in the first region, of a promoted instance of the second one',
  },
  {
    fact: 'EventBridge delivers the change of an alarm on metric math with the metrics of its configuration, and the dimensions of each',
    source: 'CloudWatch user guide, alarm events and EventBridge',
    breaks: 'an alarm starts no automatic promotion: its execution is refused, because it names no instance',
    command:
      '`aws cloudwatch set-alarm-state` of pg-gameday-silent-elsewhere-critical-… in the second region, then the execution of dr-promotion',
  },
  {
    fact: 'DescribeAlarms with AlarmNames may be granted on arn:…:alarm:*, and answers of an alarm with metric math its StateValue',
    source: 'service authorization reference of CloudWatch',
    breaks: 'an automatic promotion is refused with AccessDeniedError, and paged; by hand all goes on',
    command:
      'dr-promotion in the second region with {"database": …, "mode": "auto", "alarm": "pg-gameday-silent-elsewhere-critical-…"}, which a primary that is well refuses',
  },
  {
    fact: 'A task that waits for a token may take its TimeoutSeconds from an expression, and is ended by States.Timeout when nobody has answered',
    source: 'Step Functions developer guide, wait for a callback with the task token',
    breaks: 'a promotion that others must allow waits longer than they were told, up to the six hours of the machine',
    command: 'dr-promotion of a database with decision approve and askMinutes 1, which nobody answers',
  },
  {
    fact: 'A tag of an instance may hold colons and dots, and 256 characters',
    source: 'RDS user guide, tagging',
    breaks: 'a promotion is undone, because its replica cannot be tagged with its snapshot',
    command: '`aws rds add-tags-to-resource` with the value 740:742:740.741',
  },
  {
    fact: 'PromoteReadReplica that is answered by InvalidDBInstanceState has begun nothing, when it was sent once',
    source: 'RDS API reference, errors of PromoteReadReplica',
    breaks: 'the fence of the primary is lifted while the replica is promoted: two primaries',
    command: '`aws rds promote-read-replica` of a replica that is backing up, then its events',
  },
  {
    fact: 'The grants of PromoteReadReplica and ModifyDBInstance can be held to aws:ResourceTag of the instance',
    source: 'service authorization reference of RDS',
    breaks: 'every promotion is refused with AccessDeniedError, and undone',
    command: '`aws iam simulate-custom-policy` with resources/roles/dr-promotion.yml',
  },
  {
    fact: 'A physical replica in another region has pg_last_wal_receive_lsn, pg_last_wal_replay_lsn and pg_last_xact_replay_timestamp, readable by every role',
    source: 'PostgreSQL’s manual, recovery information functions',
    breaks: 'no replica answers, and every promotion is refused',
    command: 'the three functions on a replica, as the reading role',
  },
  {
    fact: 'A PutObject with If-Match or If-None-Match is refused with 412 when the object is another one, with 409 while another writer is at it, and with 404 when it is gone',
    source: 'S3 user guide, conditional writes',
    breaks: 'two could hold a lease, or a pass fails where it should only count one register less',
    command: '`aws s3api put-object --if-match` with an old ETag, on the bucket of the lease',
  },
  {
    fact: 'A health check of type CLOUDWATCH_METRIC of an alarm of another region turns a failover record of a private zone, and keeps its status while the metric is missing',
    source:
      'Route 53 API reference, HealthCheckConfig; CloudFormation, AlarmIdentifier: standard resolution and simple statistics only',
    breaks: 'the name goes on leading to the old primary; the promotion reports NameNotSwitched and the endpoint',
    command: '`aws cloudwatch put-metric-data` of PromotedEpoch in the second region, then `dig` from both networks',
  },
  {
    fact: 'A Wait state of n seconds ends no sooner than n seconds after it began',
    source: 'Step Functions developer guide, Wait state',
    breaks: 'a promotion takes the lease of a primary that may accept writes still',
    command: 'the timestamps of WaitStateEntered and WaitStateExited in the history of any execution',
  },
  {
    fact: 'A function in the VPC reaches S3 of the two other regions, which a gateway endpoint does not serve',
    source: 'VPC user guide, gateway endpoints',
    breaks: 'a lease has one register, and is never held: the database keeps its applications out under enforce',
    command: `${deployed}keep-lease by hand in mode observe; its output names silent regions`,
  },
  {
    fact: 'pg_cron of RDS runs a job every 5 seconds as the master user, in the database of cron.database_name',
    source: 'RDS user guide, scheduling maintenance with pg_cron; pg_cron 1.5',
    breaks: 'no dead-man: a primary that is cut off goes on accepting writes',
    command:
      '`npm run bootstrap-database -- <database> --capability fence …`, then `select now() - dead_man_at from gameday.lease`',
  },
  {
    fact: 'The master user may take LOGIN and connections from a role that it administers, and end its sessions, in functions that run as it',
    source: 'PostgreSQL, ALTER ROLE and pg_terminate_backend; RDS user guide, rds_superuser',
    breaks: 'the fence is refused: `gameday.fence_faults()` or the warning of the function names the role',
    command: `${deployed}the workflow fence by hand on a database of no value, then lift`,
  },
  {
    fact: 'A member of rds_replication opens logical replication, makes and drops slots; a member of pg_create_subscription subscribes, with a password in the connection',
    source: 'RDS user guide, logical replication; PostgreSQL, predefined roles',
    breaks: 'dr-setup stops at its first step with SetupFailedError; nothing is changed',
    command: '`npm run dr-setup -- <database> --stage <stage> --apply` between two small instances',
  },
  {
    fact: 'A subscription of RDS reaches the endpoint of the other region through a VPC peering, with sslmode=require and channel_binding=require',
    source: 'RDS user guide, logical replication; libpq, SCRAM with channel binding',
    breaks: 'dr-setup ends with StandbyCannotReachPrimaryError',
    command: 'the same, then `select * from pg_stat_subscription` on the standby',
  },
  {
    fact: 'RebootDBInstance can be held to aws:ResourceTag of the instance, and ForceFailover fails over to the other zone within minutes',
    source: 'service authorization reference of RDS; RDS API reference, RebootDBInstance',
    breaks: 'failover-drill is refused with AccessDeniedError, or ends as not rehearsed because the zone is the same',
    command: `${deployed}failover-drill with mode rehearse on a small Multi-AZ instance that bears the tag`,
  },
  {
    fact: 'DescribeDBInstances names the new AvailabilityZone within ten minutes after a fail-over, and replication slots of a Multi-AZ instance are there afterwards',
    source: 'RDS user guide, failing over a Multi-AZ DB instance; one volume is mirrored block by block',
    breaks: 'failover-drill ends as not rehearsed, and names the zone or the slot',
    command: 'the same, with a subscriber of the instance',
  },
  {
    fact: 'All endpoints of an account in a region end alike behind the identifier of the instance',
    source: 'RDS user guide, finding the connection information: a code for each account and region',
    breaks:
      'dr-drill ends as not rehearsed: its name leads to a host that is not there, or whose certificate names another one',
    command: '`aws rds describe-db-instances --query "DBInstances[].Endpoint.Address"`',
  },
  {
    fact: 'A policy may hold ChangeResourceRecordSets to names, types and actions by condition keys; normalized names are in lower case without the last dot',
    source: 'Route 53 developer guide, policy conditions for fine-grained access',
    breaks: 'dr-drill is refused with AccessDeniedError when it makes its name, and has changed nothing of another',
    command: `${deployed}dr-drill with mode rehearse on a small database`,
  },
  {
    fact: 'A read replica in the region and security group of its source streams from it, although the group lets nothing out',
    source: 'RDS user guide, read replicas: RDS sets up a secure channel and the security entries that it needs',
    breaks: 'dr-drill ends as not rehearsed with LossNotAccepted: the replica never has the end of the log',
    command: 'the same',
  },
];
