import type { makeLeaseRegister } from '../aws/s3/lease-register.ts';
import type { Operations, StageName } from '../policy/schema.ts';
import { leaseKey, registerPlaces } from '../rules/lease.ts';
import type { Registers } from './registers.ts';

/** The registers of a database's lease; none where its stage has no lease. */
export const registersOf = (
  stage: StageName,
  policy: Operations['stages'][StageName],
  database: string,
  registerAt: typeof makeLeaseRegister,
): Registers =>
  new Map(registerPlaces(stage, policy).map((place) => [place.region, registerAt(place, leaseKey(database))]));
