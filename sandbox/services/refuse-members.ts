import { AwsError } from '../wire/aws-error.ts';

/** A member of a request that is not emulated is refused by name: silence would be an answer to another question. */
export function refuseMembers(input: object, emulated: readonly string[]): void {
  const others = Object.entries(input)
    .filter(([name, value]) => value !== undefined && !emulated.includes(name))
    .map(([name]) => `'${name}'`);
  if (others.length === 0) return;
  throw new AwsError('NotImplemented', `the sandbox does not emulate the parameter ${others.join(', ')}`, {
    status: 501,
  });
}
