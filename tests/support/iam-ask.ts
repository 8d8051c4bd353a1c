import { makeAuthorizer } from '../../sandbox/iam/authorizer.ts';
import type { World } from '../../sandbox/iam/required/permission.ts';
import { readTemplate } from '../../sandbox/template/read-template.ts';
import type { RawTemplate } from '../../sandbox/template/resource.ts';
import type { AwsError } from '../../sandbox/wire/aws-error.ts';
import type { CallContext, Caller } from '../../sandbox/wire/service.ts';

export const account = '123456789012';
export const region = 'us-east-1';
const context = { stackName: 'iam', region, account, partition: 'aws', parameters: {} };
export const rdsArn = (resource: string) => `arn:aws:rds:${region}:${account}:${resource}`;

const trust = (...services: string[]) => ({
  Statement: [{ Effect: 'Allow', Principal: { Service: services }, Action: 'sts:AssumeRole' }],
});

export function templateOf(statements: readonly unknown[], more: RawTemplate['Resources'] = {}) {
  const role = {
    Type: 'AWS::IAM::Role',
    Properties: {
      RoleName: 'task',
      AssumeRolePolicyDocument: trust('lambda.amazonaws.com'),
      Policies: [{ PolicyName: 'task', PolicyDocument: { Statement: statements } }],
    },
  };
  return readTemplate({ Resources: { Role: role, ...more } }, context, (key) => `/code/${key}`);
}

export const customerKey = `arn:aws:kms:${region}:${account}:key/11111111-2222-4333-8444-555555555555`;

const tags: Record<string, Record<string, string>> = {
  [rdsArn('db:gd-copy-1')]: { 'made-by': 'pg-gameday' },
  [rdsArn('db:gd-copy-2')]: { 'made-by': 'somebody' },
};
export const world: World = {
  tagsOf: (arn) => tags[arn],
  secretArn: (_region, id) => (id.startsWith('arn:') ? `${id}-AbCdEf` : undefined),
  keyOf: (arn) => (arn.includes(':gd-backup-sealed') ? customerKey : undefined),
  isCustomerKey: (arn) => arn === customerKey,
  objectExists: (_bucket, key) => key === 'there',
  postgresMajor: () => '18',
};

export const session: Caller = {
  account,
  accessKeyId: 'ASIA0',
  arn: `arn:aws:sts::${account}:assumed-role/task/run`,
  roleName: 'task',
};

/** Asks as the role `task`, or as `caller`, whether an API call may be made. */
export function ask(
  template: ReturnType<typeof templateOf>,
  call: string,
  input: object = {},
  caller: Caller = session,
): AwsError | undefined {
  const [service = '', operation = ''] = call.split(':');
  const asked: CallContext = {
    requestId: 'r',
    service,
    operation,
    region,
    caller,
    signal: new AbortController().signal,
  };
  return makeAuthorizer(template, () => world).authorize(asked, input);
}

export const allows = (statements: readonly unknown[], call: string, input: object = {}) =>
  ask(templateOf(statements), call, input) === undefined;

export const allow = (Action: unknown, Resource: unknown, Condition?: object) => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...(Condition === undefined ? {} : { Condition }),
});
