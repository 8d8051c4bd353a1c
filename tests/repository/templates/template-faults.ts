/** What is not as this house wants it in the template of a stage. */

import { at, entriesAt, stringsIn, textOf } from '../files.ts';
import { statementTexts } from './configuration.ts';

export const resourcesOf = (template: unknown, type: string) =>
  entriesAt(template, 'Resources').filter(([, resource]) => at(resource, 'Type') === type);

const statementsOf = (role: unknown): unknown[] =>
  entriesAt(role, 'Properties', 'Policies').flatMap(([, policy]) =>
    entriesAt(policy, 'PolicyDocument', 'Statement').map(([, statement]) => statement),
  );

/** `Sid` of each statement that is commented where it is written as needing every resource. */
const explained = () =>
  statementTexts().flatMap((text) =>
    [...text.matchAll(/Sid: '?(\w+)'?,? (?:#|\/\/) .+/g)].map(([, sid]) => String(sid)),
  );

export function faultsOf(template: unknown, stage: string): string[] {
  const faults: string[] = [];
  const roles = new Map<string, string>();
  const functions = resourcesOf(template, 'AWS::Lambda::Function');
  if (functions.length === 0) faults.push('there is no function');
  for (const [id, lambda] of functions) {
    const properties = at(lambda, 'Properties');
    if (at(properties, 'Runtime') !== 'nodejs24.x') faults.push(`'${id}' runs on ${at(properties, 'Runtime')}`);
    if (stringsIn(at(properties, 'Architectures')).join() !== 'arm64') faults.push(`'${id}' is not arm64`);
    const role = String(at(properties, 'Role', 'Fn::GetAtt', '0'));
    const managed = JSON.stringify(at(template, 'Resources', role, 'Properties', 'ManagedPolicyArns'));
    if (at(properties, 'TracingConfig', 'Mode') !== 'Active') faults.push(`'${id}' is not traced`);
    if (!managed.includes(':policy/AWSXRayDaemonWriteAccess')) faults.push(`'${id}' may not send its traces`);
    const owner = roles.get(role);
    if (owner !== undefined) faults.push(`'${id}' shares the role of '${owner}'`);
    roles.set(role, id);
    // Who reads the password of a database connects to it.
    const isReader = statementsOf(at(template, 'Resources', role)).some(
      (statement) =>
        stringsIn(at(statement, 'Action')).includes('secretsmanager:GetSecretValue') &&
        !stringsIn(at(statement, 'Resource')).every((arn) =>
          /:secret:pg-gameday-(receivers\/\w+\/|answers\/\w+\/link-)\*$/.test(arn),
        ),
    );
    const subnets = stringsIn(at(properties, 'VpcConfig', 'SubnetIds'));
    if (stage !== 'dev' && isReader && subnets.length < 2) faults.push(`'${id}' reads a database from outside the VPC`);
    if (!isReader && subnets.length > 0 && !resolvesNames.includes(id))
      faults.push(`'${id}' is in the VPC and reads no database`);
    if (stage === 'dev' && subnets.length > 0) faults.push(`'${id}' is in a VPC, which the sandbox has not`);
  }
  const groups = resourcesOf(template, 'AWS::Logs::LogGroup');
  for (const [id, group] of groups) {
    if (!(Number(at(group, 'Properties', 'RetentionInDays')) > 0)) faults.push(`'${id}' keeps its log for ever`);
  }
  const names = groups.map(([, group]) => at(group, 'Properties', 'LogGroupName'));
  for (const [id, lambda] of functions) {
    // Lambda makes a group itself where there is none, and that one is kept for ever.
    if (!names.includes(at(lambda, 'Properties', 'LoggingConfig', 'LogGroup'))) faults.push(`'${id}' has no log group`);
    const [, folder] = /^functions\/([^/]+)\//.exec(String(at(lambda, 'Properties', 'Handler'))) ?? [];
    if (at(lambda, 'Properties', 'LoggingConfig', 'LogGroup') !== `/pg-gameday/${stage}/${folder}`)
      faults.push(`'${id}' logs elsewhere than the functions of its folder`);
  }
  for (const [id, machine] of resourcesOf(template, 'AWS::StepFunctions::StateMachine')) {
    const logs = at(
      machine,
      'Properties',
      'LoggingConfiguration',
      'Destinations',
      '0',
      'CloudWatchLogsLogGroup',
      'LogGroupArn',
    );
    const group = String(at(logs, 'Fn::GetAtt', '0'));
    if (!groups.some(([name]) => name === group)) faults.push(`'${id}' has no log group`);
    if (at(machine, 'Properties', 'TracingConfiguration', 'Enabled') !== true) faults.push(`'${id}' is not traced`);
    const role = at(template, 'Resources', String(at(machine, 'Properties', 'RoleArn', 'Fn::GetAtt', '0')));
    const actions = statementsOf(role).flatMap((statement) => stringsIn(at(statement, 'Action')));
    if (!actions.includes('xray:PutTraceSegments')) faults.push(`'${id}' may not send its traces`);
  }
  for (const [id, role] of resourcesOf(template, 'AWS::IAM::Role')) {
    for (const statement of statementsOf(role)) {
      const sid = String(at(statement, 'Sid'));
      if (at(statement, 'Effect') !== 'Allow') continue;
      if (stringsIn(at(statement, 'Action')).some((action) => action === '*' || action.endsWith(':*')))
        faults.push(`'${id}' allows every action by '${sid}'`);
      if (stringsIn(at(statement, 'Resource')).includes('*') && !explained().includes(sid))
        faults.push(`'${id}' allows every resource by '${sid}', and resources/ does not say why`);
    }
  }
  faults.push(...remainderFaults(template), ...trustFaults(template));
  return faults;
}

/** A private zone answers within its networks alone. */
const resolvesNames = ['SwitchNameLambdaFunction', 'CheckDrillNameLambdaFunction'];

/** What stays keeps its name, too: without a way to take it back, the next deployment would fail for ever. */
function remainderFaults(template: unknown): string[] {
  const faults: string[] = [];
  for (const [id, resource] of entriesAt(template, 'Resources')) {
    const policy = at(resource, 'DeletionPolicy');
    if (policy === undefined || policy === 'Delete') continue;
    if (policy !== 'RetainExceptOnCreate') faults.push(`'${id}' stays even when its first deployment is rolled back`);
    if (at(resource, 'UpdateReplacePolicy') !== 'Retain') faults.push(`'${id}' goes when an update replaces it`);
    if (!textOf('docs/deploy.md').includes(`\`${id}\``))
      faults.push(`docs/deploy.md does not say how '${id}' is taken back`);
  }
  return faults;
}

function trustFaults(template: unknown): string[] {
  const faults: string[] = [];
  for (const [id, role] of resourcesOf(template, 'AWS::IAM::Role')) {
    for (const [, statement] of entriesAt(role, 'Properties', 'AssumeRolePolicyDocument', 'Statement')) {
      const services = stringsIn(at(statement, 'Principal', 'Service'));
      // Lambda does not say for which function it takes a role.
      if (services.join() === 'lambda.amazonaws.com') continue;
      const condition = JSON.stringify(at(statement, 'Condition') ?? {});
      // Firehose names the account as the external id.
      const isStream = services.join() === 'firehose.amazonaws.com';
      for (const key of isStream ? ['sts:ExternalId'] : ['aws:SourceAccount', 'aws:SourceArn']) {
        if (!condition.includes(key)) faults.push(`'${id}' trusts ${services.join()} without ${key}`);
      }
    }
  }
  return faults;
}
