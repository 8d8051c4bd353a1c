import type { Fault } from '../../faults.ts';
import type { Operations } from '../schema.ts';
import { stagesOf } from './stages.ts';

export function* severitiesUnheard(operations: Operations): Iterable<Fault> {
  for (const [stageName, { receivers }] of stagesOf(operations)) {
    const heard = new Set(receivers.email.flatMap(({ severities }) => severities));
    const unheard = (['P1', 'P2', 'P3', 'P4'] as const).filter((severity) => !heard.has(severity));
    if (receivers.email.length > 0 && unheard.length > 0) {
      yield {
        path: `stages.${stageName}.receivers.email`,
        observed: `no address for ${unheard.join(' and ')}`,
        expected: 'an address for each severity: mail reports what another channel could not',
      };
    }
  }
}
