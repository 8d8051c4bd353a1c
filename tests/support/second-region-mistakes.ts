import type { Mistake } from './mistake.ts';
import { region } from './sandbox/backup.ts';
import { operationsWith, policy, type SoundAccount, toolsOf } from './sound-account.ts';

/** What people forget in the second region. */
export function mistakesElsewhere(sound: () => SoundAccount): readonly Mistake[] {
  const tools = () => toolsOf(sound().fixture);
  const { region: secondRegion = '', kmsKeyId = '' } = operationsWith().stages.dev.dr ?? {};
  const group = `${policy.instance}-parameters`;
  const replica = { SecretId: policy.secretArn.replace(`:${region}:`, `:${secondRegion}:`), RecoveryWindowInDays: 7 };
  return [
    {
      title: 'a second region whose schedule is off',
      make: () => tools().elsewhere('events', 'DisableRule', { Name: 'watch-backups-dev' }),
      undo: () => tools().elsewhere('events', 'EnableRule', { Name: 'watch-backups-dev' }),
      named: 'schedules are on',
      says: /^absent or disabled: watch-backups-dev\n.*--region us-west-2/,
    },
    {
      title: 'a disabled key in the second region',
      make: () => sound().fixture.sandbox.kms.addKey(kmsKeyId, { state: 'Disabled' }),
      undo: () => sound().fixture.sandbox.kms.addKey(kmsKeyId),
      named: 'key is enabled',
      says: /no snapshot is copied to us-west-2/,
    },
    {
      title: 'a second region without the parameter group',
      make: () => tools().elsewhere('rds', 'DeleteDBParameterGroup', { DBParameterGroupName: group }),
      undo: () =>
        tools().elsewhere('rds', 'CreateDBParameterGroup', {
          DBParameterGroupName: group,
          DBParameterGroupFamily: 'postgres18',
          Description: 'of the copies',
        }),
      named: 'parameter group exists in the second region',
      says: /copy-db-parameter-group --region us-west-2/,
    },
    {
      title: 'a secret that nobody replicated',
      make: () => tools().elsewhere('secretsmanager', 'DeleteSecret', replica),
      undo: () => tools().elsewhere('secretsmanager', 'RestoreSecret', { SecretId: replica.SecretId }),
      named: 'secret has a replica in the second region',
      says: /replicate-secret-to-regions/,
    },
  ];
}
