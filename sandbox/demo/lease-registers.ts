import { S3Client } from '@aws-sdk/client-s3';
import { makeLeaseRegister } from '../../shared/aws/s3/lease-register.ts';
import type { LeaseRegister } from '../../shared/domain/lease/register.ts';
import { leaseKey, registerPlaces } from '../../shared/rules/lease.ts';
import type { Sandbox } from '../sandbox.ts';
import { devStage } from '../stage-policy.ts';

/** The registers of a lease, as a person with the rights of the account reads and writes them. */
export const leaseRegisters = (
  { credentials, clientConfig }: Pick<Sandbox, 'credentials' | 'clientConfig'>,
  database: string,
) =>
  registerPlaces('dev', devStage()).map((place) =>
    makeLeaseRegister(
      { ...place, bucket: place.bucket.replace(/\d{12}/, credentials.account) },
      leaseKey(database),
      new S3Client({ ...clientConfig, ...{ region: place.region, forcePathStyle: true, maxAttempts: 1 } }),
    ),
  );

/** What two of three registers say alike; undefined: no two do. */
export async function heldBy(registers: ReturnType<typeof leaseRegisters>): Promise<LeaseRegister | undefined> {
  const contents = await Promise.all(registers.map(async (register) => (await register.read()).content));
  return contents.find(
    ({ epoch, holder }) => contents.filter((other) => other.epoch === epoch && other.holder === holder).length > 1,
  );
}

/** Makes a lease somebody's in an epoch above all others. */
export async function giveLease(registers: ReturnType<typeof leaseRegisters>, holder: string): Promise<void> {
  const readings = await Promise.all(registers.map((register) => register.read()));
  const epoch = 1 + Math.max(0, ...readings.map(({ content }) => content.epoch));
  await Promise.all(
    registers.map(async (register, index) => {
      const read = readings[index];
      if (read !== undefined) await register.write({ epoch, holder, counter: 0 }, read);
    }),
  );
}
