import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { ChangeFenceOutput } from '../../../shared/contracts/fence/fence.ts';
import { asAdministrator } from '../../postgres/administration.ts';
import { workflowOf } from '../../template/workflow-of.ts';
import type { Drill, DrillScene } from '../drill.ts';

/** Opened before the fence. */
let open: pg.Client | undefined;
let before: unknown;

/** Writers of the demo go on meanwhile; then both old credentials are tried, the fence is lifted and the roles are compared. */
export const drill: Drill = {
  lasts: 'ten seconds',
  costs: 'nothing',
  event: 'events/fence/put-up.json',
  megabytes: 8,
  writes: true,
  async prepare(scene) {
    before = await rolesOf(scene);
    const client = new pg.Client(scene.source.master);
    client.on('error', () => undefined);
    scene.ends.defer(() => client.end().catch(() => undefined));
    await client.connect();
    await client.query('create table if not exists tried (at timestamptz default now())');
    open = client;
    return undefined;
  },
  async show({ output }, scene) {
    const put = ChangeFenceOutput.parse(output);
    const rows = await written(scene);
    await delay(2_000);
    const meanwhile = (await written(scene)) - rows;
    await newMasterPassword(scene);
    await execute(scene, { database: scene.database, action: 'put up', endMaster: true });
    const tries = [
      ['application, writers that come back in a loop', meanwhile === 0],
      ['master user, open connection', await isRefused(() => open?.query('insert into tried default values'))],
      ['master user, new connection with the old password', await isRefused(() => writeAnew(scene.source.master))],
    ] as const;
    const lifted = await execute(scene, { database: scene.database, action: 'lift', epoch: put.epoch });
    // Under a lease that is enforced nobody is let in before it is held again, which its next minute sees to.
    await run(scene, 'keep-lease', {});
    const isAsBefore = JSON.stringify(await rolesOf(scene)) === JSON.stringify(before);
    const again = await written(scene);
    await delay(2_000);
    const writesAgain = (await written(scene)) > again;
    return {
      lines: [
        `Fenced     ${put.keptOut.join(', ')}; ${put.sessionsEnded} sessions ended, epoch ${put.epoch}`,
        ...tries.map(([what, refused]) => `${refused ? '✔ refused' : '✖ WROTE  '}  ${what}`),
        `Lifted     ${lifted.roles.length === 0 ? 'once the lease was held again' : lifted.roles.join(', ')}; the roles are ${isAsBefore ? 'as they were' : 'NOT AS THEY WERE'}, the writers ${writesAgain ? 'write again' : 'DO NOT WRITE'}`,
      ],
      isGood: tries.every(([, refused]) => refused) && isAsBefore && writesAgain,
      files: new Map(),
    };
  },
};

const onServer = <T>({ sandbox, source, database }: DrillScene, work: (client: pg.Client) => Promise<T>) =>
  asAdministrator(sandbox.rds.inspect.server(sandbox.region, source.instance), work, database);

const rolesOf = (scene: DrillScene) =>
  onServer(scene, async (client) => {
    const sql = `select rolname, rolcanlogin, rolconnlimit from pg_roles where rolname !~ '^(pg_|rds)' order by 1`;
    return (await client.query(sql)).rows;
  });

/** Rows that only the writers make. */
const written = (scene: DrillScene) =>
  onServer(scene, async (client) =>
    Number((await client.query('select count(*) as rows from audit.events')).rows[0].rows),
  );

const isRefused = async (write: () => Promise<unknown> | undefined): Promise<boolean> => {
  try {
    await write();
    return false;
  } catch {
    return true;
  }
};

async function writeAnew(master: pg.ClientConfig): Promise<void> {
  const client = new pg.Client(master);
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('insert into tried default values');
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function newMasterPassword({ sandbox, source }: DrillScene): Promise<void> {
  await sandbox.dispatch(
    'rds',
    'ModifyDBInstance',
    {
      DBInstanceIdentifier: source.instance,
      MasterUserPassword: randomBytes(18).toString('base64url'),
      ApplyImmediately: true,
    },
    { region: sandbox.region, caller: sandbox.credentials.operator.caller },
  );
  await sandbox.rds.inspect.idle();
}

async function execute(scene: DrillScene, input: object): Promise<ChangeFenceOutput> {
  return ChangeFenceOutput.parse(JSON.parse((await run(scene, 'fence', input)) ?? '{}'));
}

async function run({ sandbox }: DrillScene, workflow: string, input: object): Promise<string | null> {
  const machine = sandbox.template.stateMachines.find(({ name }) => workflowOf(name) === workflow);
  const { executionArn } = (await sandbox.dispatch(
    'states',
    'StartExecution',
    { stateMachineArn: machine?.arn, input: JSON.stringify(input) },
    { region: sandbox.region, caller: sandbox.credentials.operator.caller },
  )) as { executionArn: string };
  const { output, error, cause } = await sandbox.states.waitForEnd(executionArn);
  if (error != null) throw new Error(`${workflow} failed: ${error}: ${cause ?? ''}`);
  return output;
}
