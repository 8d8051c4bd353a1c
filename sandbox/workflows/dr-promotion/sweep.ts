import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import { PromotionRecord, type PromotionResult } from '../../../shared/contracts/dr-promotion/dr-promotion.ts';
import { holderOf } from '../../../shared/rules/lease.ts';
import { startDeadMan } from '../../demo/dead-man.ts';
import { startLeaseAgent } from '../../demo/lease-agent.ts';
import { heldBy, leaseRegisters } from '../../demo/lease-registers.ts';
import type { RunFacts } from '../../fault-sweep/run-facts.ts';
import type { SweptWorkflow } from '../../fault-sweep/swept-workflow.ts';
import { asAdministrator } from '../../postgres/administration.ts';
import { devStage } from '../../stage-policy.ts';
import { leaveClient, openClient, type Side, startSide } from './one-side.ts';
import { type BothSides, safetyViolations, saidViolations } from './promotion-violations.ts';
import { awayOf, instanceOf, loginTo, type Place, replicaId, soundSetUp } from './sound-set-up.ts';
import { followLeft } from './what-is-left.ts';

/**
 * By how much waits are shorter: the machine waits 15 s at a time for the end of a lease, and a sweep makes 300 ms of them. A lease that
 * lasted longer would be held by a primary that the machine takes to be over.
 */
const speed = 50;
/** True milliseconds between two looks of a dead-man: δ of the lease, shortened likewise. */
const deadManEvery = 250;
/** True milliseconds within which what a run says has come about, and what is left is done. */
const settles = 15_000;

type Running = {
  readonly place: Place;
  readonly old: Side;
  readonly promoted: Side;
  readonly login: Awaited<ReturnType<typeof loginTo>>;
  readonly open: pg.Client;
  stop(): Promise<void>;
};

let running: Running | undefined;
let next = 1;

/**
 * A switch of a primary that is written to, while the agents of both regions and the dead-men look on. Whatever strikes it: never two
 * writers, nothing lost without a word, what it says is so, and what is left brings it to a good end.
 */
export const workflow: SweptWorkflow = {
  inSecondRegion: true,
  beside: ['keep-lease'],
  async prepare(place) {
    await running?.stop();
    running = undefined;
    await soundSetUp(place);
    running = await begin(place);
  },
  input: ({ database }) => ({ database, mode: 'promote', reason: 'a fault sweep', mostLossSeconds: 600 }),
  async violationsThere(facts) {
    if (running === undefined) return ['nothing was prepared'];
    try {
      return await look(running, facts);
    } finally {
      await running.stop();
      running = undefined;
    }
  },
};

async function begin(place: Place): Promise<Running> {
  const { sandbox, sourceInstanceId, database } = place;
  const [home, away] = [sandbox.region, awayOf(sandbox)];
  const login = await loginTo(place);
  const agents = [
    startLeaseAgent(sandbox, home, sourceInstanceId, database, speed),
    startLeaseAgent(sandbox, away, replicaId, database, speed),
  ];
  const deadMen = [
    startDeadMan(sandbox, sourceInstanceId, database, home, deadManEvery),
    startDeadMan(sandbox, replicaId, database, away, deadManEvery),
  ];
  const open = await openClient(login(home, sourceInstanceId));
  const old = startSide(() => login(home, sourceInstanceId), next);
  const promoted = startSide(() => login(away, replicaId), next + 500_000);
  next += 1_000_000;
  return {
    ...{ place, old, promoted, login, open },
    async stop() {
      for (const deadMan of deadMen) deadMan.stop();
      leaveClient(open);
      await Promise.all([old.stop(), promoted.stop(), ...agents.map((agent) => agent.stop())]);
    },
  };
}

async function look(run: Running, facts: RunFacts): Promise<string[]> {
  const [execution] = facts.executions;
  const record = execution === undefined ? undefined : recordOf(facts, execution.name);
  const result = record?.result ?? resultOf(execution?.error ?? null, execution?.output);
  const expected = {
    primary: holderOf(run.place.sandbox.region, run.place.sourceInstanceId),
    replica: holderOf(awayOf(run.place.sandbox), replicaId),
    secondTarget: devStage().databases[run.place.database]?.dns?.second ?? '',
  };
  const said = record ?? (result === undefined ? undefined : { ...unrecorded, result });
  const check = async () => {
    const world = await worldOf(run, facts);
    return {
      safety: safetyViolations(said, world),
      saying: said === undefined ? [] : saidViolations(said, world, expected),
      world,
    };
  };
  let found = await check();
  const seen: string[] = [];
  for (const until = Date.now() + settles; found.saying.length > 0 && Date.now() < until; ) {
    // Two writers at any moment are two; that none can be written to may be on its way.
    seen.push(...found.safety.filter((one) => one.startsWith('two writers')));
    await delay(300);
    found = await check();
  }
  const violations = [...seen, ...found.safety, ...found.saying];
  if (found.world.newRefusal === null || found.world.oldRefusal === null) return [...new Set(violations)];
  // Nobody can write: what is left to a person has to end that.
  await followLeft(run.place, said?.left ?? []).catch((error: Error) =>
    violations.push(`what is left cannot be done: ${error.message}`),
  );
  for (const until = Date.now() + settles; ; await delay(300)) {
    found = await check();
    if (found.world.newRefusal === null || found.world.oldRefusal === null) break;
    if (Date.now() > until) {
      violations.push(
        `what is left was done, and none can be written to: ${found.world.oldRefusal}; ${found.world.newRefusal}`,
      );
      break;
    }
  }
  return [...new Set([...violations, ...found.safety.filter((one) => !/nobody was paged/.test(one))])];
}

const unrecorded = {
  ...{
    severity: 'P1' as const,
    fence: null,
    lossSeconds: null,
    confirmed: null,
    nameFailure: null,
    hardenFailure: null,
    left: [],
  },
};

function recordOf({ evidence }: RunFacts, run: string): PromotionRecord | undefined {
  for (const [key, text] of evidence)
    if (key.endsWith(`/${run}/record.json`) && text !== '') return PromotionRecord.parse(JSON.parse(text));
  return undefined;
}

function resultOf(error: string | null, output: unknown): PromotionResult | undefined {
  if (error === 'PromotionUnfinished') return 'unfinished';
  if (error === 'FenceLeftUp') return 'not undone';
  if (error === 'NotPromoted') return 'refused';
  return (output as { result?: PromotionResult } | null)?.result;
}

async function worldOf({ place, login, open, old, promoted }: Running, facts: RunFacts): Promise<BothSides> {
  const { sandbox, sourceInstanceId, database } = place;
  const [home, away] = [sandbox.region, awayOf(sandbox)];
  const replica = await instanceOf(sandbox, away, replicaId);
  const insert = async (client: pg.Client) => {
    next += 1;
    await client.query('insert into public.drill_write (id) values ($1)', [-next]);
  };
  const refusal = async (region: string, id: string): Promise<string | null> => {
    try {
      const client = await openClient(login(region, id));
      await insert(client).finally(() => leaveClient(client));
      return null;
    } catch (error) {
      return (error as Error).message;
    }
  };
  const newRefusal = await refusal(away, replicaId);
  const there = await asAdministrator(
    sandbox.rds.inspect.server(away, replicaId),
    async (client) => {
      const { rows } = await client.query<{ id: string }>('select id from public.drill_write where id > 0');
      return new Set(rows.map(({ id }) => Number(id)));
    },
    database,
  ).catch(() => new Set<number>());
  return {
    isReplica: replica?.ReadReplicaSourceDBInstanceIdentifier !== undefined,
    newRefusal,
    oldRefusal: await refusal(home, sourceInstanceId),
    isOpenConnectionTaken: await insert(open).then(
      () => true,
      () => false,
    ),
    holder: (await heldBy(leaseRegisters(sandbox, database)))?.holder ?? null,
    target: await targetOf(place),
    isPaged: isPaged(place, facts),
    ...{ oldWrites: old.acknowledged, newWrites: promoted.acknowledged, there },
  };
}

async function targetOf({ sandbox, database }: Place): Promise<string | null> {
  const { dns, databases } = devStage();
  const there = { region: sandbox.region, caller: sandbox.credentials.operator.caller };
  const { HostedZones = [] } = (await sandbox.dispatch('route53', 'ListHostedZonesByName', {}, there)) as {
    HostedZones?: { Id: string; Name: string }[];
  };
  const zone = HostedZones.find(({ Name }) => Name.replace(/\.$/, '') === dns?.zone);
  if (zone === undefined) return null;
  const { RecordData = [] } = (await sandbox.dispatch(
    'route53',
    'TestDNSAnswer',
    {
      ...{ HostedZoneId: zone.Id.replace('/hostedzone/', ''), RecordType: 'CNAME' },
      RecordName: `${databases[database]?.dns?.name}.${dns?.zone}`,
    },
    there,
  )) as { RecordData?: string[] };
  return RecordData[0]?.replace(/\.$/, '').toLowerCase() ?? null;
}

function isPaged({ sandbox }: Place, { executions }: RunFacts): boolean {
  const there = sandbox.stacks.find(({ region }) => region === awayOf(sandbox));
  const topics = there?.topics.filter(({ arn }) => /:[^:]*p1[^:]*$/i.test(arn)) ?? [];
  const names = executions.map(({ name }) => name);
  const isHeard = topics.some(({ arn }) =>
    sandbox.sns.messages(arn).some(({ attributes }) => names.includes(attributes['execution'] ?? '')),
  );
  const rings = there?.alarms.some(({ name }) => name === 'pg-gameday-dr-promotion-failed-dev') === true;
  return isHeard || (rings && executions.some(({ status }) => status === 'FAILED'));
}
