import type { CliExample } from './example.ts';

export const lambda: readonly CliExample[] = [
  ['ListFunctions', 'lambda list-functions'],
  ['GetFunction', 'lambda get-function --function-name hello'],
  ['GetFunctionConfiguration', 'lambda get-function-configuration --function-name hello'],
  ['Invoke', `lambda invoke --function-name hello --payload '{"name":"cli"}' answer.json`],
];

const secret = '--secret-id cli/orders';

export const secretsmanager: readonly CliExample[] = [
  ['CreateSecret', 'secretsmanager create-secret --name cli/orders --secret-string one'],
  ['PutSecretValue', `secretsmanager put-secret-value ${secret} --secret-string two`],
  ['UpdateSecret', `secretsmanager update-secret ${secret} --description drill`],
  ['DescribeSecret', `secretsmanager describe-secret ${secret}`],
  ['GetSecretValue', `secretsmanager get-secret-value ${secret} --version-stage AWSPREVIOUS`],
  ['ListSecrets', 'secretsmanager list-secrets'],
  ['ListSecretVersionIds', `secretsmanager list-secret-version-ids ${secret} --include-deprecated`],
  ['DeleteSecret', `secretsmanager delete-secret ${secret} --recovery-window-in-days 7`],
  ['RestoreSecret', `secretsmanager restore-secret ${secret}`],
];

export const sts: readonly CliExample[] = [
  ['GetCallerIdentity', 'sts get-caller-identity'],
  ['AssumeRole', 'sts assume-role --role-arn arn:aws:iam::123456789012:role/cli --role-session-name drill'],
];

const key = '--key-id {key}';

export const kms: readonly CliExample[] = [
  ['DescribeKey', `kms describe-key ${key}`],
  ['GetKeyPolicy', `kms get-key-policy ${key} --policy-name default`],
];
