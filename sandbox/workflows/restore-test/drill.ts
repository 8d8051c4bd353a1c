import type { DBInstanceAutomatedBackup } from '@aws-sdk/client-rds';
import pg from 'pg';
import { RestoreTestEvidence } from '../../../shared/contracts/restore-test.ts';
import { prepareScene } from '../../fault-sweep/scene.ts';
import { devStage } from '../../stage-policy.ts';
import { type Drill, type DrillScene, pageAt } from '../drill.ts';

/**
 * Automated backups are replicated to the second region, and a backup is taken whose witness every path is held against; the
 * test begins when the log of its bracket is archived in both regions.
 */
export const drill: Drill = {
  lasts: 'two minutes at 50 MB, a backup among it',
  costs: 'a copy of the instance for each path, for one to some hours',
  event: 'events/restore-test/one-database.json',
  megabytes: 50,
  writes: true,
  // What nobody wants unasked in an example; here it is to be seen.
  edits: ['fantasy', 'own'].map((database) => ({
    file: 'operations.yml',
    find: `exactPause: false # of ${database}`,
    replace: `exactPause: true # of ${database}`,
  })),
  async prepare(scene) {
    await logEveryTable(scene);
    await replicateBackups(scene);
    await prepareScene(scene.sandbox, scene.database, scene.source.instance, 'before-test');
    const taken = Date.now();
    await archived(scene, taken);
    return {};
  },
  async show({ name, read }, { database }) {
    const prefix = `restore-test/${database}/${name}`;
    const { tried, notTried, summary } = RestoreTestEvidence.parse(JSON.parse(await read(`${prefix}/evidence.json`)));
    return {
      lines: [
        ...tried.map(
          ({ path, verdict, region, pause, times: { available, usable, verified }, rpoSeconds }) =>
            `  ${path.padEnd(26)} ${verdict.padEnd(11)} ${region}  available ${seconds(available)}, usable ${seconds(usable)}, verified ${seconds(verified)}; would lose ${seconds(rpoSeconds)}${pause === null ? '' : `; writers paused ${Math.ceil(pause.milliseconds)} ms until ${pause.at}`}`,
        ),
        ...notTried.map(({ path, kind, reason }) => `  ${path.padEnd(26)} ${kind.padEnd(11)} ${reason}`),
        ...(logged.length === 0
          ? []
          : [`made logged for this drill, because no physical backup holds an unlogged table: ${logged.join(', ')}`]),
        summary,
      ],
      files: new Map([
        ['recovery.html', await read(`recovery/${database}/recovery.html`)],
        ['recovery.json', await read(`recovery/${database}/recovery.json`)],
        ...(await pageAt(read, `${prefix}/report.html`)),
        ['evidence.json', await read(`${prefix}/evidence.json`)],
      ]),
    };
  },
};

/** Of the demo; a reader's own database is left as it is. */
let logged: readonly string[] = [];

async function logEveryTable({ source, database }: DrillScene): Promise<void> {
  if (database !== 'fantasy') return;
  const client = new pg.Client(source.master);
  await client.connect();
  try {
    const { rows } = await client.query<{ name: string }>(
      "select oid::regclass::text as name from pg_class where relkind = 'r' and relpersistence = 'u' order by 1",
    );
    for (const { name } of rows) await client.query(`alter table ${name} set logged`);
    logged = rows.map(({ name }) => name);
  } finally {
    await client.end();
  }
}

const seconds = (value: number | null) => (value === null ? 'never' : `${value.toFixed(1)} s`);

async function replicateBackups({ sandbox, source }: DrillScene): Promise<void> {
  const { dr } = devStage();
  if (dr === undefined) return;
  const { caller } = sandbox.credentials.operator;
  const arn = `arn:aws:rds:${sandbox.region}:123456789012:db:${source.instance}`;
  await until('the first automated backup', async () => {
    const [own] = await backupsIn(sandbox, sandbox.region);
    return own?.RestoreWindow?.EarliestTime !== undefined;
  });
  await sandbox.dispatch(
    'rds',
    'StartDBInstanceAutomatedBackupsReplication',
    { SourceDBInstanceArn: arn, KmsKeyId: dr.kmsKeyId },
    { region: dr.region, caller },
  );
}

async function archived({ sandbox }: DrillScene, since: number): Promise<void> {
  for (const { region } of sandbox.stacks)
    await until(`the log in ${region}`, async () => {
      const found = await backupsIn(sandbox, region);
      return found.some(({ RestoreWindow }) => Number(RestoreWindow?.LatestTime ?? 0) >= since);
    });
}

async function backupsIn(sandbox: DrillScene['sandbox'], region: string): Promise<DBInstanceAutomatedBackup[]> {
  const { caller } = sandbox.credentials.operator;
  const { DBInstanceAutomatedBackups = [] } = (await sandbox.dispatch(
    'rds',
    'DescribeDBInstanceAutomatedBackups',
    {},
    { region, caller },
  )) as { DBInstanceAutomatedBackups?: DBInstanceAutomatedBackup[] };
  return DBInstanceAutomatedBackups;
}

/** A laptop that is busy archives late, too. */
const mostWait = 300_000;

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + mostWait;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`${what} did not come within ${mostWait / 1000} s`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
