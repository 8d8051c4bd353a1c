import { call, localstack } from './call.ts';
import type { CallRow } from './row.ts';

const secret = call('secretsmanager', 'CreateSecret', { Name: 's', SecretString: 'x' });

export const secretsRows: readonly CallRow[] = [
  ...['a b', '*', 'a*', 's%'].map(
    (Name): CallRow => ({
      case: `the name '${Name}'`,
      call: call('secretsmanager', 'CreateSecret', { Name, SecretString: 'x' }),
      answer: {
        error: 'ValidationException',
        message:
          'Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!',
      },
      recorded: localstack('secretsmanager/test_secretsmanager, invalid names'),
    }),
  ),
  ...[3, 6, 31, 0].map(
    (RecoveryWindowInDays): CallRow => ({
      case: `a recovery window of ${RecoveryWindowInDays} days`,
      before: [secret],
      call: call('secretsmanager', 'DeleteSecret', { SecretId: 's', RecoveryWindowInDays }),
      answer: { error: 'ValidationException' },
      recorded: localstack('secretsmanager/test_secretsmanager'),
    }),
  ),
  {
    case: 'a window and none at once',
    before: [secret],
    call: call('secretsmanager', 'DeleteSecret', {
      SecretId: 's',
      RecoveryWindowInDays: 7,
      ForceDeleteWithoutRecovery: true,
    }),
    answer: { error: 'InvalidParameterException' },
    recorded: 'Secrets Manager API reference, DeleteSecret',
  },
];
