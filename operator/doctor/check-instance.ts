import type { StageName } from '../../shared/policy/schema.ts';
import { checkKey } from './check-key.ts';
import type { DatabaseFacts, SourceInstance } from './facts.ts';
import { type Finding, must, should, unseen } from './finding.ts';

/** Verification needs hash_record_extended and the TID range scan. */
const oldestMajor = 14;
/** What "WAL archived continuously, 7 days" comes to on RDS. */
const leastRetention = 7;
const modify = (id: string, option: string) => `aws rds modify-db-instance --db-instance-identifier ${id} ${option}`;

/** The source as RDS shows it. `name` is the database's in operations.yml. */
export function checkInstance(
  { stage, instanceId, account }: { readonly stage: StageName; readonly instanceId: string; readonly account: string },
  { instance, parameters, key }: Pick<DatabaseFacts, 'instance' | 'parameters' | 'key'>,
): Finding[] {
  if (!instance.seen) return [unseen('source exists', instanceId, instance.reason)];
  const found = instance.value;
  if (found === undefined) {
    return [
      must('source exists', instanceId, {
        holds: false,
        observed: 'RDS has no instance of that name in this region',
        remedy: `Correct 'instance' or 'region' of stage '${stage}' in operations.yml.`,
      }),
    ];
  }
  const major = Number.parseInt(found.engineVersion, 10);
  return [
    must('source is available', instanceId, {
      holds: ['available', 'backing-up', 'storage-optimization'].includes(found.status),
      observed: found.status,
      remedy: 'RDS takes a snapshot of an available instance only: start it, or wait until it is done.',
    }),
    must('source is PostgreSQL 14 or later', instanceId, {
      holds: found.engine === 'postgres' && major >= oldestMajor,
      observed: `${found.engine} ${found.engineVersion}`,
      remedy: found.engine === 'postgres' ? 'Upgrade the instance.' : 'Only RDS for PostgreSQL is backed up.',
    }),
    ...checkParameters(instanceId, found, parameters),
    must('automated backups reach back 7 days', instanceId, {
      holds: found.backupRetention >= leastRetention,
      observed: found.backupRetention === 0 ? 'automated backups are off' : `${found.backupRetention} days`,
      remedy: `${modify(instanceId, `--backup-retention-period ${leastRetention} --apply-immediately`)}${found.backupRetention === 0 ? ' (going from 0 restarts the instance)' : ''}`,
    }),
    must('source is not public', instanceId, {
      holds: !found.isPublic,
      observed: found.isPublic ? 'publicly accessible' : 'private',
      remedy: modify(instanceId, '--no-publicly-accessible'),
    }),
    must('storage is encrypted', instanceId, {
      holds: found.isEncrypted,
      observed: found.isEncrypted ? 'encrypted' : 'not encrypted',
      remedy: 'Copy a snapshot with --kms-key-id and restore from the copy: storage cannot be encrypted in place.',
    }),
    ...(found.isEncrypted && found.keyId !== undefined
      ? checkKey(found.keyId, account, key, `without it no snapshot of ${instanceId} can be restored`)
      : []),
    ...(stage === 'prod'
      ? [
          must('deletion protection is on', instanceId, {
            holds: found.isProtected,
            observed: found.isProtected ? 'on' : 'off',
            remedy: modify(instanceId, '--deletion-protection'),
          }),
          should('source has a standby in another zone', instanceId, {
            holds: found.isMultiZone,
            observed: found.isMultiZone ? 'Multi-AZ' : 'one zone',
            remedy: modify(instanceId, '--multi-az --apply-immediately'),
          }),
        ]
      : []),
  ];
}

function checkParameters(id: string, found: SourceInstance, parameters: DatabaseFacts['parameters']): Finding[] {
  const group = must('source has a parameter group of its own', id, {
    holds: !found.parameterGroup.startsWith('default.'),
    observed: found.parameterGroup,
    remedy: `aws rds create-db-parameter-group …, then ${modify(id, '--db-parameter-group-name …')} and a reboot: nothing can be set in a default group.`,
  });
  const applied = must('parameters are in force', id, {
    holds: found.parameterStatus === 'in-sync',
    observed: found.parameterStatus,
    remedy: 'Reboot the instance in its window: a copy starts with what is set, the source runs with what was set.',
  });
  if (!parameters.seen) return [group, applied, unseen('TLS is required', id, parameters.reason)];
  const forceTls = parameters.value['rds.force_ssl'] ?? '0';
  return [
    group,
    applied,
    must('TLS is required', id, {
      holds: forceTls === '1',
      observed: `rds.force_ssl = ${forceTls}`,
      remedy: `aws rds modify-db-parameter-group --db-parameter-group-name ${found.parameterGroup} --parameters ParameterName=rds.force_ssl,ParameterValue=1,ApplyMethod=immediate`,
    }),
  ];
}
