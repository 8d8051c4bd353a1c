import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import pg from 'pg';
import { stringify } from 'yaml';
import { carryOut } from '../../../operator/command.ts';
import { drSetup } from '../../../operator/dr-setup/dr-setup.ts';
import { readyToFailOver } from '../../../sandbox/demo/ready-to-fail-over.ts';
import { refuseFailover } from '../../../sandbox/permissions/failover-exercises.ts';
import { runSchedule } from '../../../sandbox/permissions/run-schedule.ts';
import { asAdministrator } from '../../../sandbox/postgres/administration.ts';
import { createSource, type Source } from '../../../sandbox/source.ts';
import { devStage } from '../../../sandbox/stage-policy.ts';
import { workflowOf } from '../../../sandbox/template/workflow-of.ts';
import { FailoverRecord } from '../../../shared/contracts/failover-drill/failover-drill.ts';
import { applyBootstrap } from '../../../shared/pg/bootstrap/apply-bootstrap.ts';
import { bootstrapSql } from '../../../shared/pg/bootstrap/bootstrap-sql.ts';
import { readOperationsFile } from '../../../shared/policy/read-file.ts';
import { type FaultFixture, home, openFaultFixture } from '../../support/sandbox/injector.ts';
import { waitUntil } from '../../support/wait-until.ts';

const away = devStage().dr?.region ?? '';
const standby = 'fantasy-standby';
const schema = `create role demo_app login; create role app_owner; grant app_owner to postgres; create schema app authorization app_owner;
  create table app.written (id bigint generated always as identity primary key, at timestamptz default now());
  alter table app.written owner to app_owner`;

describe('two regions, set up by the command', () => {
  let fixture: FaultFixture;
  let source: Source;
  let directory: string;
  let file: string;

  const policyOfDev = devStage().databases['fantasy'];
  assert.ok(policyOfDev);
  const policy = {
    ...policyOfDev,
    standby: { instance: standby, publication: 'gameday', subscription: 'gameday' },
    capabilities: {
      ...policyOfDev.capabilities,
      replicate: { secretArn: policyOfDev.secretArn.replace(/fantasy$/, 'fantasy-replicate'), owners: ['app_owner'] },
    },
  };
  const withMaster = async (master: pg.ClientConfig, work: (client: pg.Client) => Promise<unknown>) => {
    const client = new pg.Client(master);
    await client.connect();
    await work(client).finally(() => client.end());
  };
  const serverOf = (where: 'primary' | 'standby') =>
    fixture.sandbox.rds.inspect.server(
      ...((where === 'primary' ? [home, source.instance] : [away, standby]) as [string, string]),
    );
  const asSuperuser = <T>(where: 'primary' | 'standby', work: (client: pg.Client) => Promise<T>) =>
    asAdministrator(serverOf(where), work, 'fantasy');

  /** An instance of the second region with schema, roles and the bootstrap; its secrets are the replicas of the first one's. */
  async function makeStandby(): Promise<void> {
    const password = randomBytes(12).toString('base64url');
    await fixture.call(
      'rds',
      'CreateDBInstance',
      {
        ...{ DBInstanceIdentifier: standby, Engine: 'postgres', DBInstanceClass: 'db.t3.micro', AllocatedStorage: 20 },
        ...{ MasterUsername: 'postgres', MasterUserPassword: password, DBName: 'fantasy', BackupRetentionPeriod: 0 },
      },
      away,
    );
    await fixture.sandbox.rds.inspect.idle();
    const ssl = { ca: await readFile(fixture.sandbox.rds.inspect.certificateAuthorityPath, 'utf8') };
    const { port } = fixture.sandbox.rds.inspect.server(away, standby);
    const master = { host: '127.0.0.1', port, database: 'fantasy', user: 'postgres', password, ssl };
    await withMaster(master, async (client) => {
      await client.query(schema);
      await applyBootstrap(
        client,
        bootstrapSql({ role: 'gameday', database: 'fantasy', capabilities: policy.capabilities }),
      );
    });
    // Roles of one password on both sides, as their secret is one.
    const roles = await asSuperuser('primary', (client) =>
      client.query<{ rolname: string; rolpassword: string }>(
        `select rolname, rolpassword from pg_authid where rolname like 'gameday%'`,
      ),
    );
    await asSuperuser('standby', async (client) => {
      for (const { rolname, rolpassword } of roles.rows) {
        await client.query(
          `alter role ${client.escapeIdentifier(rolname)} password ${client.escapeLiteral(rolpassword)}`,
        );
      }
    });
    for (const side of ['primary', 'standby'] as const) {
      await asSuperuser(side, (client) => client.query('alter role gameday_replicate replication'));
    }
  }

  beforeAll(async () => {
    fixture = await openFaultFixture();
    directory = await mkdtemp(path.join(os.tmpdir(), 'pgd-setup-'));
    source = await createSource(fixture.sandbox, {
      policy,
      instanceClass: 'db.t3.micro',
      parameters: { 'rds.logical_replication': '1' },
      fill: (master) => withMaster(master, (client) => client.query(schema)),
    });
    await makeStandby();
    const given = new URL('../../../operations.yml', import.meta.url).pathname;
    const base = readOperationsFile(given, given);
    const dev = { ...base.stages.dev, databases: { ...base.stages.dev.databases, fantasy: policy } };
    file = path.join(directory, 'operations.yml');
    await writeFile(file, stringify({ ...base, stages: { ...base.stages, dev } }));
    const { accessKeyId, secretAccessKey } = fixture.sandbox.clientConfig.credentials;
    Object.assign(process.env, {
      ...{
        AWS_ENDPOINT_URL: fixture.sandbox.endpoint,
        AWS_ACCESS_KEY_ID: accessKeyId,
        AWS_SECRET_ACCESS_KEY: secretAccessKey,
      },
      ...{ AWS_REGION: home, PGSSLROOTCERT: fixture.sandbox.rds.inspect.certificateAuthorityPath },
    });
  });
  afterAll(async () => {
    await fixture?.close();
    await rm(directory, { recursive: true });
  });

  async function command(...words: string[]) {
    const lines: string[] = [];
    const to = (line: string) => void lines.push(line);
    const code = await carryOut(drSetup, ['fantasy', '--stage', 'dev', '--operations', file, ...words], {
      line: to,
      error: to,
    });
    return { code, said: lines.join('\n') };
  }
  async function rehearse(input: object) {
    const machine = fixture.sandbox.template.stateMachines.find(({ name }) => workflowOf(name) === 'failover-drill');
    const { executionArn } = await fixture.call<{ executionArn: string }>('states', 'StartExecution', {
      ...{ stateMachineArn: machine?.arn, input: JSON.stringify({ database: 'fantasy', reason: 'a test', ...input }) },
    });
    const { status, cause, output } = await fixture.sandbox.states.waitForEnd(executionArn);
    const key = /failover-drill\/\S+record\.json/.exec(`${cause ?? ''}${output ?? ''}`.replaceAll('"', ' '))?.[0];
    const { Body } = await fixture.call<{ Body: Readable | Uint8Array }>('s3', 'GetObject', {
      ...{
        Bucket: fixture.sandbox.template.buckets.find(({ logicalId }) => logicalId === 'EvidenceBucket')?.name,
        Key: key,
      },
    });
    const stored = Body instanceof Uint8Array ? Buffer.from(Body).toString() : await text(Body);
    return { status, cause, record: FailoverRecord.parse(JSON.parse(stored)) };
  }

  test('the plan names what is missing and shows no password; applied, nothing is missing, and a second time nothing is done', async () => {
    const plan = await command();
    assert.equal(plan.code, 1);
    assert.match(
      plan.said,
      /✚ missing {2}primary: publication of 2 tables\n.*\n✚ missing {2}standby: subscription with its slot/,
    );
    assert.doesNotMatch(plan.said, /password/);
    const rows = await asSuperuser('primary', (client) => client.query('select from pg_publication'));
    assert.equal(rows.rowCount, 0);

    const applied = await command('--apply');
    assert.deepEqual([applied.code, applied.said.split('\n').at(-1)], [0, 'Everything is there.'], applied.said);
    assert.deepEqual(await command('--apply'), { code: 0, said: 'Everything is there.' });
    assert.deepEqual(await command(), { code: 0, said: 'Everything is there.' });

    await asSuperuser('primary', (client) => client.query('insert into app.written default values'));
    await waitUntil(
      'the row is there',
      async () => (await asSuperuser('standby', (client) => client.query('select from app.written'))).rowCount === 1,
    );
    const { rows: owners } = await asSuperuser('standby', (client) =>
      client.query('select subowner::regrole::text as owner from pg_subscription'),
    );
    assert.deepEqual(owners, [{ owner: 'gameday_replicate' }]);
  });

  test('a fail-over is refused where there is no second zone, nobody has allowed it, or the lease is not held', async () => {
    const { status, record } = await rehearse({ mode: 'rehearse' });
    assert.deepEqual([status, record.result, record.rehearsal], ['FAILED', 'refused', null]);
    assert.match(
      record.summary,
      /is in one zone only; .*does not bear the tag pg-gameday:failover-drill=allowed; the lease .* is not renewed/,
    );
  });

  test('a fail-over is seen by a client, keeps every acknowledged write and its slot, and the subscriber goes on', async () => {
    await readyToFailOver({ sandbox: fixture.sandbox, source });
    assert.equal(await runSchedule(fixture.sandbox, 'keep-lease'), undefined);
    const { status, cause, record } = await rehearse({ mode: 'rehearse' });
    assert.equal(status, 'SUCCEEDED', cause ?? '');
    const { rehearsal, check } = record;
    assert.ok(rehearsal?.outage);
    assert.match(rehearsal.outage.bySecond, /^w*[-c]+w+$/);
    assert.ok(rehearsal.outage.seconds > 0 && rehearsal.outage.seconds < 60);
    assert.deepEqual([rehearsal.lostWrites, rehearsal.isNewServer, check?.open], [0, true, []]);
    assert.deepEqual(rehearsal.slots, [{ name: 'gameday', isLogical: true, isActive: true }]);
    await asSuperuser('primary', (client) => client.query('insert into app.written default values'));
    await waitUntil(
      'the row is there',
      async () => (await asSuperuser('standby', (client) => client.query('select from app.written'))).rowCount === 2,
    );
    assert.match(
      (await command('--apply')).said,
      /^✔ done {5}standby: sequence app\.written_id_seq from its start to \d+\n\nEverything is there\.$/,
    );
  });

  test('only plans where nobody says that it is to be done', async () => {
    const { status, record } = await rehearse({});
    assert.deepEqual([status, record.result], ['SUCCEEDED', 'planned'], record.summary);
  });

  test('a backup that runs forbids it, in the plan and just before RDS is asked', async () => {
    assert.equal(await refuseFailover(fixture.sandbox, 'fantasy'), undefined);
  });

  test('asks for no permission that its roles have not', () => {
    assert.deepEqual(fixture.sandbox.iam.denials(), []);
  });
});
