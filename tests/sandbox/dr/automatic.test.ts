import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import pg from 'pg';
import { parse, stringify } from 'yaml';
import { loginOfApplication } from '../../../sandbox/demo/application.ts';
import { storeClientSecret } from '../../../sandbox/demo/client-secret.ts';
import { startDeadMan } from '../../../sandbox/demo/dead-man.ts';
import { makeReplica } from '../../../sandbox/demo/replica.ts';
import { packageStage } from '../../../sandbox/package/package-stage.ts';
import { asAdministrator } from '../../../sandbox/postgres/administration.ts';
import { createSource, type Source } from '../../../sandbox/source.ts';
import { devStage } from '../../../sandbox/stage-policy.ts';
import { workflowOf } from '../../../sandbox/template/workflow-of.ts';
import { PromotionRecord, RecordPromotionOutput } from '../../../shared/contracts/dr-promotion/dr-promotion.ts';
import { type FaultFixture, home, openFaultFixture } from '../../support/sandbox/injector.ts';
import { waitUntil } from '../../support/wait-until.ts';
import { leaseOf } from './lease-of.ts';

const away = devStage().dr?.region ?? '';

describe('an automatic promotion', () => {
  let place: string;
  let fixture: FaultFixture;
  let source: Source;
  let application: pg.ClientConfig;
  let lease: ReturnType<typeof leaseOf>;
  const running = new AbortController();

  beforeAll(async () => {
    place = mkdtempSync(path.join(tmpdir(), 'automatic-'));
    chmodSync(place, 0o755);
    const operations = parse(readFileSync('operations.yml', 'utf8'));
    operations.stages.dev.databases.fantasy.promotion = { decision: 'auto', mostLossSeconds: 3600 };
    const OPERATIONS_FILE = path.join(place, 'operations.yml');
    writeFileSync(OPERATIONS_FILE, stringify(operations));
    const packageDirectory = path.join(place, 'package');
    await packageStage('dev', packageDirectory, { environment: { ...process.env, OPERATIONS_FILE } });
    fixture = await openFaultFixture(undefined, packageDirectory);
    lease = leaseOf(fixture);
    const policy = devStage().databases['fantasy'];
    assert.ok(policy);
    source = await createSource(fixture.sandbox, {
      policy,
      instanceClass: 'db.t3.micro',
      fill: async (master) => {
        const client = new pg.Client(master);
        await client.connect();
        await client.query(`create role demo_app login; create table written (id int primary key, at timestamptz default now());
          grant select, insert on written to demo_app`);
        await client.end();
      },
    });
    application = await loginOfApplication(source.master);
    storeClientSecret(fixture.sandbox, 'fantasy', application as { user: string; password: string });
    await makeReplica({ sandbox: fixture.sandbox, instance: source.instance, database: 'fantasy' }, 'fantasy-dr');
  });
  afterEach(() => fixture.injector.arm([]));
  afterAll(async () => {
    running.abort();
    await fixture?.close();
    rmSync(place, { recursive: true, force: true });
  });

  async function run(input: object) {
    const { sandbox } = fixture;
    const stack = sandbox.stacks.find(({ region }) => region === away);
    assert.ok(stack);
    const machine = stack.stateMachines.find(({ name }) => workflowOf(name) === 'dr-promotion');
    const { executionArn } = await fixture.call<{ executionArn: string }>(
      'states',
      'StartExecution',
      { stateMachineArn: machine?.arn, input: JSON.stringify(input) },
      away,
    );
    const { status, error, cause, output } = await sandbox.states.waitForEnd(executionArn);
    const { recordKey } =
      output == null
        ? { recordKey: /\((\S+record\.json)\)$/.exec(cause ?? '')?.[1] ?? '' }
        : RecordPromotionOutput.parse(JSON.parse(output));
    assert.notEqual(recordKey, '', `${status} ${error}: ${cause}`);
    const bucket = stack.buckets.find(({ logicalId }) => logicalId === 'EvidenceBucket')?.name;
    const { Body } = await fixture.call<{ Body: Readable | Uint8Array }>(
      's3',
      'GetObject',
      { Bucket: bucket, Key: recordKey },
      away,
    );
    const stored = Body instanceof Uint8Array ? Buffer.from(Body).toString() : await text(Body);
    return { status, error, cause, record: PromotionRecord.parse(JSON.parse(stored)) };
  }
  const asSuperuser = <T>(id: string, region: string, work: (client: pg.Client) => Promise<T>) =>
    asAdministrator(fixture.sandbox.rds.inspect.server(region, id), work, 'fantasy');
  const at = (id: string, region: string): pg.ClientConfig => ({
    ...application,
    port: fixture.sandbox.rds.inspect.server(region, id).port,
  });
  async function connected(config: pg.ClientConfig): Promise<pg.Client> {
    const client = new pg.Client(config);
    client.on('error', () => undefined);
    await client.connect();
    return client;
  }
  const rowsOf = (id: string, region: string) =>
    asSuperuser(id, region, async (client) => {
      const { rows } = await client.query<{ id: number }>('select id from written order by id');
      return rows.map((row) => row.id);
    });

  test('of a primary that is well is refused, whether an alarm or a person asks', async () => {
    assert.equal((await lease.pass(home)).accepts, true);
    const { record } = await run({ database: 'fantasy', mode: 'auto' });
    assert.deepEqual([record.result, record.severity, record.fence], ['refused', 'P4', null]);
    assert.match(record.summary, /RDS in us-east-1 answers/);
  });

  test('is started by the alarm of the second region, which must be raised still', async () => {
    const alarmName = `pg-gameday-silent-elsewhere-critical-${source.instance}-dev`;
    const metric = { namespace: 'pg-gameday', name: 'PassesSeen', dimensions: { Instance: source.instance } };
    const started = new Set<string>();
    const stopListening = fixture.sandbox.states.onEvent((one) => {
      if (one.kind === 'history' && one.executionArn.includes(':execution:dr-promotion-'))
        started.add(one.executionArn);
    });
    await fixture.sandbox.bus.emit(away, {
      ...{ source: 'aws.cloudwatch', detailType: 'CloudWatch Alarm State Change', resources: [] },
      detail: {
        ...{ alarmName, state: { value: 'ALARM', timestamp: new Date().toISOString() } },
        configuration: { metrics: [{ id: 'm', metricStat: { metric, period: 60, stat: 'Minimum' } }] },
      },
    });
    stopListening();
    const [arn] = started;
    assert.ok(arn, 'the rule has started nothing');
    const { error, cause } = await fixture.sandbox.states.waitForEnd(arn);
    assert.equal(error, 'NotPromoted');
    assert.match(cause ?? '', /RDS in us-east-1 answers: 'fantasy-dev' is 'available'/);
  });

  test('promotes a primary whose region is gone, when its lease is over, and nobody was asked', async () => {
    const deadMan = startDeadMan(fixture.sandbox, source.instance, 'fantasy');
    running.signal.addEventListener('abort', deadMan.stop);
    const old = await connected(application);
    await old.query('insert into written (id) values (-4)');
    await waitUntil('the row is replayed', async () => (await rowsOf('fantasy-dr', away)).includes(-4));
    await asSuperuser(source.instance, home, (client) =>
      client.query(`update gameday.lease set valid_until = clock_timestamp() + interval '1 second'`),
    );
    await fixture.arm(`lambda:Invoke#1=cut-region:${home}`);
    const { status, record, cause } = await run({ database: 'fantasy', mode: 'auto' });
    assert.equal(status, 'SUCCEEDED', `${cause} ${JSON.stringify(record.seen)} ${JSON.stringify(record.failure)}`);
    assert.deepEqual([record.result, record.fence?.kind, record.answers], ['promoted', 'lease over', []]);
    const client = await connected(at('fantasy-dr', away));
    await client.query('insert into written (id) values (-5)');
    await client.end();
    await fixture.injector.release();
    const returned = await lease.pass(home);
    deadMan.stop();
    assert.deepEqual([returned.accepts, returned.fenced], [false, ['demo_app']]);
    await assert.rejects(connected(application), /not permitted to log in|too many connections/);
  });

  test('asks for no permission that its roles have not', () => {
    assert.deepEqual(fixture.sandbox.iam.denials(), []);
  });
});
