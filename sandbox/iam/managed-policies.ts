import type { PolicyDocument } from '../template/template.ts';

/** The policies that AWS manages and the template names, by what follows `arn:aws:iam::aws:policy/`. */
const logging = ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'];

const documents: Readonly<Record<string, readonly string[]>> = {
  'service-role/AWSLambdaBasicExecutionRole': logging,
  'service-role/AWSLambdaVPCAccessExecutionRole': [
    ...logging,
    'ec2:CreateNetworkInterface',
    'ec2:DescribeNetworkInterfaces',
    'ec2:DescribeSubnets',
    'ec2:DeleteNetworkInterface',
    'ec2:AssignPrivateIpAddresses',
    'ec2:UnassignPrivateIpAddresses',
  ],
  AWSXRayDaemonWriteAccess: [
    'xray:PutTraceSegments',
    'xray:PutTelemetryRecords',
    'xray:GetSamplingRules',
    'xray:GetSamplingTargets',
    'xray:GetSamplingStatisticSummaries',
  ],
};

/** Undefined for a policy that the sandbox does not know. */
export function managedPolicy(arn: string): { name: string; document: PolicyDocument } | undefined {
  const name = /^arn:[^:]+:iam::aws:policy\/(.+)$/.exec(arn)?.[1] ?? '';
  const actions = Object.hasOwn(documents, name) ? documents[name] : undefined;
  return actions === undefined
    ? undefined
    : { name, document: { Statement: [{ Sid: name, Effect: 'Allow', Action: actions, Resource: '*' }] } };
}
