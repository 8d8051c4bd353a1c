import type pg from 'pg';
import { PromotionRecord, RecordPromotionOutput } from '../../../shared/contracts/dr-promotion/dr-promotion.ts';
import { loginOfApplication } from '../../demo/application.ts';
import { storeClientSecret } from '../../demo/client-secret.ts';
import { startDeadMan } from '../../demo/dead-man.ts';
import { startLeaseAgent } from '../../demo/lease-agent.ts';
import { makeReplica } from '../../demo/replica.ts';
import { asAdministrator } from '../../postgres/administration.ts';
import type { Sandbox } from '../../sandbox.ts';
import { type Drill, type DrillScene, pageAt } from '../drill.ts';
import { accountLines, accountOf, overheadLine } from './account.ts';
import { type Application, startApplication } from './application.ts';
import { promoteByHand } from './by-hand.ts';
import { oldCredentials } from './old-credentials.ts';

/** True milliseconds of writing before the region is lost. */
const before = 5_000;
const clients = 6;
const perSecond = 400;

export type Running = {
  readonly application: Application;
  readonly began: number;
  readonly lost: number;
  readonly replicaId: string;
  readonly old: pg.ClientConfig;
};

/** The same promotion while the region of the primary is lost; then it comes back. Every acknowledged write is accounted for. */
export function drillWithoutRegion(region: string): Drill {
  let running: Running | undefined;
  return {
    lasts: 'two minutes',
    costs: 'a promoted replica is a second primary',
    event: 'events/dr-promotion/lease-is-over.json',
    megabytes: 8,
    inSecondRegion: true,
    faults: [`lambda:Invoke#1=cut-region:${region}`],
    async prepare(scene) {
      running = await begin(scene, region);
      return {};
    },
    async show({ output, read, status }, scene) {
      if (running === undefined) throw new Error('the drill was not prepared');
      const { application, began, lost, replicaId, old } = running;

      const { recordKey, reportKey, result, summary } = RecordPromotionOutput.parse(output ?? {});
      const record = PromotionRecord.parse(JSON.parse(await read(recordKey)));
      // The application writes again before the account is made.
      const again = application.firstAfter(Date.parse(record.opened?.writableAt ?? new Date().toISOString()));
      await application.stop();
      const there = await rowsOf(scene, away(scene.sandbox), replicaId);
      const account = accountOf(application.acknowledged, there, record);
      await scene.release?.();
      const returned = await oldCredentials(scene, old, region);
      const byHand = await promoteByHand(scene, away(scene.sandbox), handId(scene));
      return {
        lines: [
          `${result.toUpperCase()}  ${summary}`,
          `Writers    ${application.rate(began, lost).toFixed(0)} acknowledged writes a second before, ${clients} clients`,
          ...accountLines(record, account, lost, again),
          overheadLine(record, byHand),
          ...returned.lines,
        ],
        isGood: status === 'SUCCEEDED' && account.unexplained.length === 0 && again !== undefined && returned.isRefused,
        files: new Map([...(await pageAt(read, reportKey)), ['record.json', await read(recordKey)]]),
      };
    },
  };
}

export const away = ({ stacks, region }: Sandbox): string =>
  stacks.find((stack) => stack.region !== region)?.region ?? '';
/** A replica like the one that is promoted, for the same by hand. */
const handId = ({ source }: Pick<DrillScene, 'source'>): string => `${source.instance}-hand`;

export async function begin(scene: DrillScene, region: string): Promise<Running> {
  const { sandbox, source, database } = scene;
  if (region !== sandbox.region) throw new Error(`primaries are in '${sandbox.region}', '${region}' has none to lose`);
  const there = away(sandbox);
  const replicaId = `${source.instance}-dr`;
  await asAdministrator(
    sandbox.rds.inspect.server(region, source.instance),
    (client) =>
      client.query(`create table public.drill_write (id bigint primary key, at timestamptz not null default clock_timestamp());
grant select, insert on public.drill_write to demo_app`),
    database,
  );
  const old = await loginOfApplication(source.master);
  storeClientSecret(sandbox, database, old);
  await makeReplica({ sandbox, instance: source.instance, database }, replicaId);
  await makeReplica({ sandbox, instance: source.instance, database: 'nobody' }, handId(scene));
  for (const [where, id] of [
    [region, source.instance],
    [there, replicaId],
  ] as const) {
    const agent = startLeaseAgent(sandbox, where, id, database);
    scene.ends.defer(agent.stop);
  }
  const deadMan = startDeadMan(sandbox, replicaId, database, there);
  scene.ends.defer(deadMan.stop);
  const began = Date.now();
  const promoted = { ...old, port: portOf(sandbox, there, replicaId) };
  const application = startApplication(() => [old, promoted], {
    clients,
    perSecond,
  });
  scene.ends.defer(application.stop);
  await new Promise((resolve) => setTimeout(resolve, before));
  const lost = Date.now();
  return { application, began, lost, replicaId, old };
}

/** Read once: a server keeps its port, and has none while it restarts. */
export const portOf = (sandbox: Sandbox, region: string, id: string): number =>
  sandbox.rds.inspect.server(region, id).port;

export const rowsOf = ({ sandbox, database }: DrillScene, region: string, id: string): Promise<ReadonlySet<number>> =>
  asAdministrator(
    sandbox.rds.inspect.server(region, id),
    async (client) => {
      const { rows } = await client.query<{ id: string }>('select id from public.drill_write');
      return new Set(rows.map((row) => Number(row.id)));
    },
    database,
  );
