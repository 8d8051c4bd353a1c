import type { Sandbox } from '../sandbox.ts';
import type { Exercise } from './exercises.ts';
import { failOver, refuseFailover } from './failover-exercises.ts';
import { invoke } from './invoke.ts';
import { byHand } from './run-names.ts';
import { runSchedule } from './run-schedule.ts';

/** The lease of a primary, a fence by hand, and readiness in both regions. */
export const exercisesOfDisasterRecovery = (database: string): Exercise[] => [
  { title: 'the schedule of the lease', run: (sandbox) => runSchedule(sandbox, 'keep-lease') },
  {
    title: 'the schedule of readiness in each region',
    async run(sandbox) {
      for (const stack of sandbox.stacks) {
        const wrong = await runSchedule(sandbox, 'dr-readiness', stack);
        if (wrong !== undefined) return `${stack.region}: ${wrong}`;
      }
      return undefined;
    },
  },
  { title: 'a fail-over that a client watches', run: (sandbox) => failOver(sandbox, database) },
  { title: 'a fail-over that a backup forbids, recorded twice', run: (sandbox) => refuseFailover(sandbox, database) },
  { title: 'a fence that is put up and lifted', run: (sandbox) => fenceAndLift(sandbox, database) },
];

async function fenceAndLift(sandbox: Sandbox, database: string): Promise<string | undefined> {
  const put = await invoke(sandbox, 'changeFence', { executionName: byHand, request: { database, action: 'put up' } });
  const request = { database, action: 'lift', epoch: put['epoch'] };
  const lifted = await invoke(sandbox, 'changeFence', { executionName: byHand, request });
  return Array.isArray(put['roles']) && Array.isArray(lifted['roles'])
    ? undefined
    : `answered ${JSON.stringify([put, lifted])}`;
}
