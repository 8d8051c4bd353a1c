import type { DBInstance } from '@aws-sdk/client-rds';
import type pg from 'pg';
import { startDeadMan } from '../../demo/dead-man.ts';
import { startLeaseAgent } from '../../demo/lease-agent.ts';
import { heldBy, leaseRegisters } from '../../demo/lease-registers.ts';
import { nameTarget } from '../../demo/name-target.ts';
import type { RunFacts } from '../../fault-sweep/run-facts.ts';
import { asAdministrator } from '../../postgres/administration.ts';
import type { Sandbox } from '../../sandbox.ts';
import { leaveClient, openClient, type Side, startSide } from './one-side.ts';
import { eventually, instanceOf, loginTo, type Place } from './sound-set-up.ts';
import type { BothSides } from './switch-violations.ts';

/**
 * By how much waits are shorter: the machine waits 15 s at a time for the end of a lease, and a sweep makes 300 ms of them. A lease that
 * lasted longer would be held by a primary that the machine takes to be over.
 */
const speed = 50;
/** True milliseconds between two looks of a dead-man: δ of the lease, shortened likewise. */
const deadManEvery = 250;
const lookEvery = 100;

type Spot = { readonly region: string; readonly id: string };

/** From which instance to which the applications are switched, in which workflow of which region. */
export type Switch = {
  readonly workflow: string;
  readonly region: string;
  readonly from: Spot;
  readonly to: Spot;
  /** Whether what bears the name of `to` has become a primary. */
  readonly isSwitched: (to: DBInstance | undefined) => boolean;
  /** Where the name leads before and after. */
  readonly targets: { readonly from: string; readonly to: string };
};

export type Watched = {
  readonly place: Place;
  readonly change: Switch;
  readonly old: Side;
  readonly promoted: Side;
  readonly login: Awaited<ReturnType<typeof loginTo>>;
  readonly open: pg.Client;
  /** When the name was first seen to lead elsewhere than before; milliseconds since 1970. */
  turnedAt(): number | null;
  stop(): Promise<void>;
};

/** Ids of clients: none is given twice, or a row of another run would be taken for one of this. */
let next = 1;
const most = 500_000;

/** The agents of both regions, a dead-man and a client on each side, and a connection that was open before. */
export async function watchBothSides(place: Place, change: Switch): Promise<Watched> {
  const { sandbox, database } = place;
  const { from, to } = change;
  const login = await loginTo(place);
  let open: pg.Client | undefined;
  await eventually('the application connects', async () => {
    open = await openClient(login(from.region, from.id));
    return true;
  });
  if (open === undefined) throw new Error('no connection was opened');
  const opened = open;
  const old = startSide(() => login(from.region, from.id), next);
  const promoted = startSide(() => login(to.region, to.id), next + most);
  next += 2 * most;
  const agents = [from, to].map(({ region, id }) => startLeaseAgent(sandbox, region, id, database, speed));
  const deadMen = [from, to].map(({ region, id }) => startDeadMan(sandbox, id, database, region, deadManEvery));
  // Of the run before this one the name may be on its way back.
  await eventually(
    'the name leads to the primary',
    async () => (await nameTarget(sandbox, database)) === change.targets.from,
  );
  let turnedAt: number | null = null;
  const looking = setInterval(() => {
    void nameTarget(sandbox, database)
      .then((target) => {
        if (target === change.targets.to) turnedAt ??= Date.now();
      })
      .catch(() => undefined); // of a control plane that is gone
  }, lookEvery);
  return {
    ...{ place, change, old, promoted, login, open: opened },
    turnedAt: () => turnedAt,
    async stop() {
      clearInterval(looking);
      for (const deadMan of deadMen) deadMan.stop();
      leaveClient(opened);
      await Promise.all([old.stop(), promoted.stop(), ...agents.map((agent) => agent.stop())]);
    },
  };
}

export async function worldOf(
  { place, change, login, open, old, promoted, turnedAt }: Watched,
  facts: RunFacts,
): Promise<BothSides> {
  const { sandbox, database } = place;
  const { from, to } = change;
  const insert = async (client: pg.Client) => {
    next += 1;
    await client.query('insert into public.drill_write (id) values ($1)', [-next]);
  };
  const refusal = async ({ region, id }: Spot): Promise<string | null> => {
    try {
      const client = await openClient(login(region, id));
      await insert(client).finally(() => leaveClient(client));
      return null;
    } catch (error) {
      return (error as Error).message;
    }
  };
  const newRefusal = await refusal(to);
  const instance = await instanceOf(sandbox, to.region, to.id);
  const there = await rowsAt(place, to).catch(() => new Set<number>());
  return {
    isSwitched: change.isSwitched(instance),
    isHardened: (instance?.BackupRetentionPeriod ?? 0) > 0 && instance?.DeletionProtection === true,
    newRefusal,
    oldRefusal: await refusal(from),
    isOpenConnectionTaken: await insert(open).then(
      () => true,
      () => false,
    ),
    holder: (await heldBy(leaseRegisters(sandbox, database)))?.holder ?? null,
    target: await nameTarget(sandbox, database),
    turnedAt: turnedAt(),
    isPaged: isPaged(sandbox, change, facts),
    ...{ oldWrites: [...old.acknowledged], newWrites: [...promoted.acknowledged], there },
  };
}

const rowsAt = ({ sandbox, database }: Place, { region, id }: Spot): Promise<ReadonlySet<number>> =>
  asAdministrator(
    sandbox.rds.inspect.server(region, id),
    async (client) => {
      const { rows } = await client.query<{ id: string }>('select id from public.drill_write where id > 0');
      return new Set(rows.map((row) => Number(row.id)));
    },
    database,
  );

function messagesOf({ stacks, sns }: Sandbox, { region }: Switch, { executions }: RunFacts, topic: RegExp) {
  const topics =
    stacks.find((one) => one.region === region)?.topics.filter(({ logicalId }) => topic.test(logicalId)) ?? [];
  const names = executions.map(({ name }) => name);
  return topics
    .flatMap(({ arn }) => sns.messages(arn))
    .filter(({ attributes }) => names.includes(attributes['execution'] ?? ''));
}

/** A message of the highest severity about the execution, or the alarm of a machine whose execution timed out. */
function isPaged(sandbox: Sandbox, change: Switch, facts: RunFacts): boolean {
  const stack = sandbox.stacks.find(({ region }) => region === change.region);
  const rings = stack?.alarms.some(({ name }) => name === `pg-gameday-${change.workflow}-timed-out-dev`) === true;
  const isHeard = messagesOf(sandbox, change, facts, /^P1Topic$/).length > 0;
  return isHeard || (rings && facts.executions.some(({ status }) => status === 'TIMED_OUT'));
}

/** What the messages about an execution leave to a person: all that there is when nothing could be recorded. */
export const leftInMessages = ({ place, change }: Watched, facts: RunFacts): string[] => [
  ...new Set(
    messagesOf(place.sandbox, change, facts, /^P\dTopic$/).flatMap(({ message }) =>
      [...message.matchAll(/^\d+\. (.*)$/gm)].map(([, line = '']) => line),
    ),
  ),
];
