import { AwsError } from '../../../wire/aws-error.ts';

/** The texts are RDS's own where they are known, because operators and runbooks search for them. */

export function invalidValue(message: string): AwsError {
  return new AwsError('InvalidParameterValue', message);
}

export function invalidCombination(message: string): AwsError {
  return new AwsError('InvalidParameterCombination', message);
}

export function instanceNotFound(identifier: string): AwsError {
  return new AwsError('DBInstanceNotFoundFault', `DBInstance ${identifier} not found.`, { status: 404 });
}

export function instanceAlreadyExists(): AwsError {
  return new AwsError('DBInstanceAlreadyExistsFault', 'DB instance already exists');
}

export function instanceState(message: string): AwsError {
  return new AwsError('InvalidDBInstanceStateFault', message);
}

export function snapshotNotFound(identifier: string): AwsError {
  return new AwsError('DBSnapshotNotFoundFault', `DBSnapshot ${identifier} not found.`, { status: 404 });
}

export function snapshotAlreadyExists(identifier: string): AwsError {
  return new AwsError(
    'DBSnapshotAlreadyExistsFault',
    `Cannot create the snapshot because a snapshot with the identifier ${identifier} already exists.`,
  );
}

export function snapshotState(message: string): AwsError {
  return new AwsError('InvalidDBSnapshotStateFault', message);
}

export function invalidRestore(message: string): AwsError {
  return new AwsError('InvalidRestoreFault', message);
}

export function backupNotFound(name: string): AwsError {
  return new AwsError('DBInstanceAutomatedBackupNotFoundFault', `Automated backup ${name} not found.`, { status: 404 });
}

export function parameterGroupNotFound(name: string): AwsError {
  return new AwsError('DBParameterGroupNotFoundFault', `DBParameterGroup not found: ${name}`, { status: 404 });
}

export function subnetGroupNotFound(name: string): AwsError {
  return new AwsError('DBSubnetGroupNotFoundFault', `DB subnet group '${name}' does not exist.`, { status: 404 });
}

export function keyNotAccessible(key: string): AwsError {
  return new AwsError(
    'KMSKeyNotAccessibleFault',
    `The specified KMS key [${key}] does not exist, is not enabled or you do not have permissions to access it.`,
  );
}

/** What the sandbox cannot do is refused, never ignored: a workflow must not pass here and fail on AWS. */
export function refuseOthers(input: object, emulated: readonly string[]): void {
  const others = Object.entries(input)
    .filter(([name, value]) => value !== undefined && !emulated.includes(name))
    .map(([name]) => `'${name}'`);
  if (others.length === 0) return;
  throw new AwsError('NotImplemented', `the sandbox does not emulate the parameter ${others.join(', ')}`);
}
