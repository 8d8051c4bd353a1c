import type { Fault } from '../../faults.ts';
import type { Operations } from '../schema.ts';
import { stagesOf } from './stages.ts';

/** A name follows the lease: who holds it in the second region is who the name leads to. */
export function* namesWithoutGround(operations: Operations): Iterable<Fault> {
  for (const [stageName, { dns, dr, databases }] of stagesOf(operations)) {
    const path = `stages.${stageName}`;
    for (const [name, policy] of Object.entries(databases)) {
      if (policy.dns === undefined) continue;
      const at = `${path}.databases.${name}.dns`;
      if (dns === undefined || dr === undefined)
        yield {
          path: at,
          observed: `'${policy.dns.name}'`,
          expected: `${path}.dns.zone and ${path}.dr: where the name is, and where it may lead`,
        };
      if (policy.lease.mode === 'off')
        yield {
          path: at,
          observed: `'${policy.dns.name}' without a lease`,
          expected: `${path}.databases.${name}.lease.mode observe or enforce: the name follows the lease`,
        };
      if (policy.dns.primary === policy.dns.second)
        yield {
          path: `${at}.second`,
          observed: `'${policy.dns.second}' twice`,
          expected: 'another endpoint than that of the primary',
        };
    }
  }
}
