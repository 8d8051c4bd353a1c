import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parse, stringify } from 'yaml';
import { startDeadMan } from '../../../sandbox/demo/dead-man.ts';
import { packageStage } from '../../../sandbox/package/package-stage.ts';
import { PromotionRecord } from '../../../shared/contracts/dr-promotion/dr-promotion.ts';
import { type FaultFixture, home, openFaultFixture } from '../../support/sandbox/injector.ts';
import { waitUntil } from '../../support/wait-until.ts';
import { leaseOf } from './lease-of.ts';
import { away, makePrimaryWithReplica, type PrimaryWithReplica } from './primary.ts';
import { runRecorded } from './recorded-run.ts';

const sql = `create role demo_app login; create table written (id int primary key, at timestamptz default now());
  grant select, insert on written to demo_app`;

describe('an automatic promotion', () => {
  let place: string;
  let fixture: FaultFixture;
  let source: PrimaryWithReplica['source'];
  let asSuperuser: PrimaryWithReplica['asSuperuser'];
  let connected: PrimaryWithReplica['connected'];
  let rowsOf: PrimaryWithReplica['rowsOf'];
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
    ({ source, asSuperuser, connected, rowsOf } = await makePrimaryWithReplica(fixture, sql));
  });
  afterEach(() => fixture.injector.arm([]));
  afterAll(async () => {
    running.abort();
    await fixture?.close();
    rmSync(place, { recursive: true, force: true });
  });

  async function run(input: object) {
    const { record, ...ended } = await runRecorded(fixture, away, 'dr-promotion', input);
    return { ...ended, record: PromotionRecord.parse(record) };
  }
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
    const old = await connected(source.instance, home);
    await old.query('insert into written (id) values (-4)');
    await waitUntil('the row is replayed', async () => (await rowsOf('fantasy-dr', away)).includes(-4));
    await asSuperuser(source.instance, home, (client) =>
      client.query(`update gameday.lease set valid_until = clock_timestamp() + interval '1 second'`),
    );
    await fixture.arm(`lambda:Invoke#1=cut-region:${home}`);
    const { status, record, cause } = await run({ database: 'fantasy', mode: 'auto' });
    assert.equal(status, 'SUCCEEDED', `${cause} ${JSON.stringify(record.seen)} ${JSON.stringify(record.failure)}`);
    assert.deepEqual([record.result, record.fence?.kind, record.answers], ['promoted', 'lease over', []]);
    const client = await connected('fantasy-dr', away);
    await client.query('insert into written (id) values (-5)');
    await client.end();
    await fixture.injector.release();
    const returned = await lease.pass(home);
    deadMan.stop();
    assert.deepEqual([returned.accepts, returned.fenced], [false, ['demo_app']]);
    await assert.rejects(connected(source.instance, home), /not permitted to log in|too many connections/);
  });

  test('asks for no permission that its roles have not', () => {
    assert.deepEqual(fixture.sandbox.iam.denials(), []);
  });
});
