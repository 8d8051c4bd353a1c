import { type PermissionsOf, type PermissionsTable, text } from './permission.ts';

const onFunction =
  (action: string): PermissionsOf =>
  (input, { region, account }) => {
    const given = text(input, 'FunctionName') ?? '*';
    const name = given.replace(/^\d{12}:function:/, '');
    const arn = given.startsWith('arn:') ? given : `arn:aws:lambda:${region}:${account}:function:${name}`;
    const qualifier = text(input, 'Qualifier');
    return [{ action: `lambda:${action}`, resource: qualifier === undefined ? arn : `${arn}:${qualifier}` }];
  };

/** After the service authorization reference of AWS Lambda. */
export const lambdaPermissions: PermissionsTable = {
  Invoke: onFunction('InvokeFunction'),
  GetFunction: onFunction('GetFunction'),
  GetFunctionConfiguration: onFunction('GetFunctionConfiguration'),
  ListFunctions: () => [{ action: 'lambda:ListFunctions', resource: '*' }],
};

/** Whatever name the caller uses, AWS authorises the secret's full ARN, with its random suffix. */
const onSecret =
  (action: string): PermissionsOf =>
  (input, { region, world }) => {
    const id = text(input, 'SecretId') ?? '*';
    return [{ action: `secretsmanager:${action}`, resource: world.secretArn(region, id) ?? id }];
  };

/** After the service authorization reference of AWS Secrets Manager. */
export const secretsPermissions: PermissionsTable = {
  CreateSecret: (input, { region, account }) => [
    {
      action: 'secretsmanager:CreateSecret',
      resource: `arn:aws:secretsmanager:${region}:${account}:secret:${text(input, 'Name') ?? '*'}`,
    },
  ],
  DeleteSecret: onSecret('DeleteSecret'),
  DescribeSecret: onSecret('DescribeSecret'),
  GetSecretValue: onSecret('GetSecretValue'),
  ListSecretVersionIds: onSecret('ListSecretVersionIds'),
  ListSecrets: () => [{ action: 'secretsmanager:ListSecrets', resource: '*' }],
  PutSecretValue: onSecret('PutSecretValue'),
  RestoreSecret: onSecret('RestoreSecret'),
  UpdateSecret: onSecret('UpdateSecret'),
};

/** A key is named by its ARN, or by an id of the caller's account and region. */
const onKey =
  (action: string): PermissionsOf =>
  (input, { region, account }) => {
    const id = text(input, 'KeyId') ?? '*';
    return [
      { action: `kms:${action}`, resource: id.startsWith('arn:') ? id : `arn:aws:kms:${region}:${account}:key/${id}` },
    ];
  };

/** After the service authorization reference of AWS KMS. */
export const kmsPermissions: PermissionsTable = {
  DescribeKey: onKey('DescribeKey'),
  GetKeyPolicy: onKey('GetKeyPolicy'),
};

export const stsPermissions: PermissionsTable = {
  AssumeRole: (input) => [{ action: 'sts:AssumeRole', resource: text(input, 'RoleArn') ?? '*' }],
  GetCallerIdentity: () => [],
};
