import { AwsError } from '../../wire/aws-error.ts';

const longestName = 80;

/** White space, brackets, wildcards, and the characters that AWS keeps for itself. */
const forbidden = /[\s<>{}[\]?*"#%\\^|~`$&,;:/\p{Cc}]/u;

/** @throws InvalidName as AWS says it for machines and executions */
export function requireName(name: string): void {
  if (name.length === 0 || name.length > longestName || forbidden.test(name)) {
    throw new AwsError('InvalidName', `Invalid Name: '${name}'`);
  }
}

/** @throws InvalidArn when the text is not an ARN of this kind of resource */
export function requireArn(arn: string, kind: 'stateMachine' | 'execution' | 'mapRun'): void {
  if (!arn.startsWith('arn:aws:states:') || arn.split(':')[5] !== kind) {
    throw new AwsError('InvalidArn', `Invalid Arn: '${arn}'`);
  }
}

export function machineName(stateMachineArn: string): string {
  return stateMachineArn.split(':')[6] ?? '';
}
