import { FailbackRecord, RecordFailbackOutput } from '../../../shared/contracts/dr-failback/dr-failback.ts';
import { StrandedReport } from '../../../shared/contracts/dr-failback/stranded.ts';
import { heldBy, leaseHolder, leaseRegisters } from '../../demo/lease-registers.ts';
import { runSchedule } from '../../permissions/run-schedule.ts';
import { asAdministrator } from '../../postgres/administration.ts';
import {
  awayOf,
  eventually,
  instanceOf,
  type Place,
  removeInstance,
  replicaId,
  soundSetUp,
} from '../dr-promotion/sound-set-up.ts';
import { runMachine } from './run-machine.ts';

/** Old primaries are set aside under such a name. */
const aside = /^fantasy-dev-old-/;
/** Rows that the old primary has alone. */
const stranded = 3;

/** How a failback is ordered when its stranded rows have been read. */
export type Accepted = { readonly accept?: string; readonly acceptUnknown?: string };

/**
 * The primary is the instance of the second region, and the old one has rows of its own. What a failback before it has begun is left as
 * it is: it has to go on from there.
 */
export async function promotedAway(place: Place): Promise<void> {
  const { sandbox, database, sourceInstanceId } = place;
  const away = awayOf(sandbox);
  const holder = (await heldBy(leaseRegisters(sandbox, database)))?.holder;
  const there = await instanceOf(sandbox, away, replicaId);
  const isAway = holder === leaseHolder(away, replicaId) && there?.ReadReplicaSourceDBInstanceIdentifier === undefined;
  if (!isAway) {
    // What was set aside holds the name of the next one.
    for (const { identifier } of sandbox.rds.inspect.instances(sandbox.region))
      if (aside.test(identifier)) await removeInstance(sandbox, sandbox.region, identifier);
    await soundSetUp(place);
    const order = { database, mode: 'promote', reason: 'before a failback that is swept', mostLossSeconds: 0 };
    const { status, cause } = await runMachine(sandbox, away, 'dr-promotion', order);
    if (status !== 'SUCCEEDED') throw new Error(`the promotion before a failback ended as ${status}: ${cause}`);
    const ids = Array.from(
      { length: stranded },
      (_, index) => `(${-1_000_000_000 - index} - (extract(epoch from clock_timestamp()) * 1000)::bigint)`,
    );
    await asAdministrator(
      sandbox.rds.inspect.server(sandbox.region, sourceInstanceId),
      (client) => client.query(`insert into public.drill_write (id) values ${ids.join(', ')}`),
      database,
    );
  }
  await eventually('the primary of the second region holds its lease', async () => {
    await runSchedule(
      sandbox,
      'keep-lease',
      sandbox.stacks.find(({ region }) => region === away),
    );
    const { rowCount } = await asAdministrator(
      sandbox.rds.inspect.server(away, replicaId),
      async (client) => {
        await client.query('select gameday.lift_fence(fenced_epoch) from gameday.lease');
        return client.query('select from gameday.read_lease() where accepts and fenced = array[]::name[]');
      },
      database,
    );
    return rowCount === 1;
  });
}

/** What a person does before: a plan, and the acceptance of exactly what it reports. */
export async function acceptStranded({ sandbox, database }: Place): Promise<Accepted & { readonly rows: number }> {
  const { output, cause, read } = await runMachine(sandbox, sandbox.region, 'dr-failback', { database });
  if (output === undefined) throw new Error(`the plan of a failback ended without an output: ${cause}`);
  const { recordKey } = RecordFailbackOutput.parse(JSON.parse(output));
  const record = FailbackRecord.parse(JSON.parse(await read(recordKey)));
  if (record.stranded === null) throw new Error(`the plan of a failback has no report: ${record.summary}`);
  const { rows, notRead, sha256 } = StrandedReport.parse(JSON.parse(await read(record.stranded.key)));
  return {
    rows,
    accept: sha256,
    ...(notRead.length === 0 ? {} : { acceptUnknown: 'a sweep leaves behind what it cannot read' }),
  };
}

/** Every row of the old primary, by the name under which it stands: what a failback must leave as it is. */
export async function oldPrimary({ sandbox, database, sourceInstanceId }: Place, resourceId: string): Promise<string> {
  const named = sandbox.rds.inspect
    .instances(sandbox.region)
    .filter(({ identifier }) => identifier === sourceInstanceId || aside.test(identifier));
  for (const { identifier, server } of named) {
    const found = await instanceOf(sandbox, sandbox.region, identifier);
    if (found?.DbiResourceId !== resourceId || server === undefined) continue;
    return asAdministrator(
      server,
      async (client) => {
        const { rows } = await client.query<{ all: string }>(
          `select count(*) || ' rows, ' || coalesce(sum(hashtextextended(w::text, 0)::numeric), 0) as all from public.drill_write w`,
        );
        return rows[0]?.all ?? 'none';
      },
      database,
    );
  }
  return 'gone';
}
