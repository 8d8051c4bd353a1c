import type * as z from 'zod/mini';
import type { makeLeaseRegister } from '../aws/s3/lease-register.ts';
import type { Config } from '../config.ts';
import type { CheckLeaseInput } from '../contracts/dr-promotion/lease.ts';
import { stagePolicy } from '../policy/operations.ts';
import type { Operations } from '../policy/schema.ts';
import { holderOf } from '../rules/lease.ts';
import { registersOf } from './lease-of.ts';
import type { TakeOverParts } from './take-over.ts';

/** Of what the machine asks: whose lease it is, for whom, and how long it has been watched. */
export function takeOverParts(
  { database, primary, replicaId, fence, lease, watch, waitedSeconds }: z.infer<typeof CheckLeaseInput>,
  { stage, region }: Config,
  policy: Operations,
  registerAt: typeof makeLeaseRegister,
): TakeOverParts {
  return {
    registers: registersOf(stage, stagePolicy(policy, stage), database, registerAt),
    me: holderOf(region, replicaId),
    from: holderOf(primary.region, primary.instanceId),
    // Of what a person says nobody knows the epoch: then the lease is waited for.
    fencedEpoch: fence.kind === 'fenced' ? fence.epoch : null,
    first: lease.watch,
    watch,
    now: waitedSeconds * 1000,
  };
}
