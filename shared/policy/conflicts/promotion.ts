import type { Fault } from '../../faults.ts';
import type { Operations } from '../schema.ts';
import { stagesOf } from './stages.ts';

/** What is decided without a person who starts it needs a lease that says who is the primary, and what people decide needs people. */
export function* promotionsWithoutGround(operations: Operations): Iterable<Fault> {
  for (const [stageName, { databases }] of stagesOf(operations)) {
    for (const [name, { promotion, lease }] of Object.entries(databases)) {
      const path = `stages.${stageName}.databases.${name}.promotion`;
      const { decision, approvers, approvals: needed, aloneBecause } = promotion;
      if (new Set(approvers).size < approvers.length)
        yield { path: `${path}.approvers`, observed: 'somebody twice', expected: 'each person once' };
      if (stageName === 'prod' && needed < 2)
        yield { path: `${path}.approvals`, observed: `${needed}`, expected: 'two people at least in prod' };
      if ((decision === 'approve' || approvers.length > 0) && approvers.length < needed)
        yield {
          path: `${path}.approvers`,
          observed: `${approvers.length}`,
          expected: `${needed} at least: so many have to say yes`,
        };
      if (decision === 'approve' && aloneBecause !== undefined)
        yield {
          path: `${path}.aloneBecause`,
          observed: `'${aloneBecause}'`,
          expected: "no such reason where 'decision' is approve: people are asked then",
        };
      if (decision === 'auto' && lease.mode !== 'enforce')
        yield {
          path: `${path}.decision`,
          observed: `'auto' with a lease that is '${lease.mode}'`,
          expected: 'lease.mode enforce: nothing else keeps the applications out of a primary that nobody reaches',
        };
      if (decision === 'approve' && lease.mode === 'off')
        yield {
          path: `${path}.decision`,
          observed: "'approve' without a lease",
          expected: 'lease.mode observe or enforce: by it the primary is seen to be lost',
        };
    }
  }
}
