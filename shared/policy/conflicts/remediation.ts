import type { Fault } from '../../faults.ts';
import { dropsSlots, endsSessions, type RemedyModes } from '../schema/remediation.ts';
import type { Operations } from '../schema.ts';
import { stagesOf } from './stages.ts';

/** What may act is given those whom it may act upon, and what asks those who may answer. */
export function* remediesWithoutBounds(operations: Operations): Iterable<Fault> {
  const { remediation } = operations;
  const everywhere: readonly (readonly [path: string, modes: RemedyModes])[] = [
    ['remediation.alarms', remediation.alarms as RemedyModes],
    ...stagesOf(operations).flatMap(([stage, policy]) =>
      policy.remediation === undefined
        ? []
        : [[`stages.${stage}.remediation.alarms`, policy.remediation.alarms as RemedyModes] as const],
    ),
  ];
  for (const [path, modes] of everywhere) {
    for (const [kind, ofKind] of Object.entries(modes)) {
      for (const [remedy, mode] of Object.entries(ofKind ?? {})) {
        if (mode === undefined || mode === 'observe') continue;
        const place = `${path}.${kind}.${remedy}`;
        if (mode === 'ask' && remediation.ask.approvers.length === 0) {
          yield {
            path: 'remediation.ask.approvers',
            observed: 'nobody',
            expected: `somebody who answers for ${place}`,
          };
        }
        if (endsSessions.includes(remedy) && remediation.sessions.roles.includes('*')) {
          yield {
            path: 'remediation.sessions.roles',
            observed: "'*'",
            expected: `the roles whose sessions may be ended, for ${place} is '${mode}'`,
          };
        }
        if (dropsSlots.includes(remedy) && remediation.slots.names.includes('*')) {
          yield {
            path: 'remediation.slots.names',
            observed: "'*'",
            expected: `the slots that may be dropped, for ${place} is '${mode}'`,
          };
        }
      }
    }
  }
}
