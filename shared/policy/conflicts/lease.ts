import type { Fault } from '../../faults.ts';
import type { Operations } from '../schema.ts';
import { stagesOf } from './stages.ts';

/** Three registers in three regions, and a role that fences: with less there is no lease. */
export function* leasesWithoutGround(operations: Operations): Iterable<Fault> {
  for (const [stageName, { region, dr, lease, databases }] of stagesOf(operations)) {
    const path = `stages.${stageName}`;
    if (lease !== undefined && (lease.witnessRegion === region || lease.witnessRegion === dr?.region)) {
      yield {
        path: `${path}.lease.witnessRegion`,
        observed: `'${lease.witnessRegion}', a region of the stage`,
        expected: 'a third region: one that is lost must leave two of three registers',
      };
    }
    for (const [name, policy] of Object.entries(databases)) {
      if (policy.lease.mode === 'off') continue;
      const at = `${path}.databases.${name}.lease.mode`;
      if (lease === undefined || dr === undefined) {
        yield {
          path: at,
          observed: `'${policy.lease.mode}'`,
          expected: `${path}.dr and ${path}.lease: the lease has a register in each of three regions`,
        };
      }
      if (policy.capabilities.fence === undefined) {
        yield {
          path: at,
          observed: `'${policy.lease.mode}'`,
          expected: `${path}.databases.${name}.capabilities.fence: whom to keep out, and the role that does it`,
        };
      }
    }
  }
}
