import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { storeClientSecret } from '../../demo/client-secret.ts';
import { makeProvenCopy } from '../../demo/proven-copy.ts';
import { asAdministrator } from '../../postgres/administration.ts';
import type { Sandbox } from '../../sandbox.ts';
import { devStage } from '../../stage-policy.ts';
import { workflowOf } from '../../template/workflow-of.ts';
import type { Exercise } from '../exercises.ts';
import { invoke } from '../invoke.ts';
import { runSchedule } from '../run-schedule.ts';

const second = (): string => devStage().dr?.region ?? '';

/** A promotion that is rehearsed on throw-aways; and a drill that could not be planned. */
export const exercisesOfDrill = (database: string, instance: string): Exercise[] => [
  {
    title: 'the schedule of drills in each region',
    async run(sandbox) {
      for (const stack of sandbox.stacks) {
        const wrong = await runSchedule(sandbox, 'dr-drill', stack);
        if (wrong !== undefined) return `${stack.region}: ${wrong}`;
      }
      return undefined;
    },
  },
  {
    title: 'a drill of a promotion',
    async run(sandbox) {
      await giveApplicationPassword(sandbox, database, instance);
      await makeProvenCopy(sandbox, instance, database);
      const stack = sandbox.stacks.find(({ region }) => region === second());
      const machine = stack?.stateMachines.find(({ name }) => workflowOf(name) === 'dr-drill');
      const { executionArn } = (await sandbox.dispatch(
        'states',
        'StartExecution',
        {
          stateMachineArn: machine?.arn,
          input: JSON.stringify({ database, mode: 'rehearse', reason: 'an exercise' }),
        },
        { region: second(), caller: sandbox.credentials.operator.caller },
      )) as { executionArn: string };
      const { status, cause } = await sandbox.states.waitForEnd(executionArn);
      if (status !== 'SUCCEEDED') return `${status}: ${cause}`;
      // The next one is predicted by those before it.
      const { plan, errorMessage } = await invoke(
        sandbox,
        'planDrill',
        { executionName: 'exercise', request: { database } },
        second(),
      );
      return plan === undefined ? String(errorMessage) : undefined;
    },
  },
  {
    title: 'a drill that is recorded twice',
    async run(sandbox) {
      const [one, other] = [
        await invoke(sandbox, 'recordDrill', unplanned, second()),
        await invoke(sandbox, 'recordDrill', unplanned, second()),
      ];
      return one['recordKey'] !== undefined && one['recordKey'] === other['recordKey']
        ? undefined
        : JSON.stringify([one, other]);
    },
  },
];

async function giveApplicationPassword(sandbox: Sandbox, database: string, instance: string): Promise<void> {
  const [user] = devStage().databases[database]?.capabilities.fence?.roles ?? [];
  if (user === undefined) throw new Error(`operations.yml fences no role of '${database}'`);
  const password = randomBytes(18).toString('base64url');
  await asAdministrator(sandbox.rds.inspect.server(sandbox.region, instance), (client) =>
    client.query(`alter role ${pg.escapeIdentifier(user)} password ${pg.escapeLiteral(password)}`),
  );
  storeClientSecret(sandbox, database, { user, password });
}

const unplanned = {
  ...{ executionName: 'exercise', executionArn: 'arn:aws:states:us-west-2:123456789012:execution:exercise:exercise' },
  ...{ startedAt: new Date().toISOString(), request: {}, plan: null, prepared: null, fence: null, drained: null },
  ...{ lease: null, opened: null, confirmed: null, isCleanedUp: false, cleanUpFailure: null, phases: [] },
  failure: { error: 'Exercise', cause: 'an exercise', state: 'PlanDrill' },
};
