import assert from 'node:assert/strict';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { DeleteDBInstanceCommand, RDSClient } from '@aws-sdk/client-rds';
import pg from 'pg';
import { answerQuestions, type Decided } from '../../../sandbox/demo/answer-restore.ts';
import { invoke } from '../../../sandbox/permissions/invoke.ts';
import { RestoreRecord, type WaitingRestore } from '../../../shared/contracts/restore/restore.ts';
import { restorePrefix } from '../../../shared/evidence/keys.ts';
import { applyBootstrap } from '../../../shared/pg/bootstrap/apply-bootstrap.ts';
import { bootstrapSql } from '../../../shared/pg/bootstrap/bootstrap-sql.ts';
import { type BackupFixture, openBackupFixture, policyOf, region } from '../../support/sandbox/backup.ts';
import { sendAnswer } from '../../support/sandbox/send-answer.ts';
import { waitUntil } from '../../support/wait-until.ts';

const { instance } = policyOf('own');
const monitoringRole = 'arn:aws:iam::123456789012:role/rds-monitoring';

describe('a restore for real use', () => {
  let fixture: BackupFixture;
  const call = <T = unknown>(operation: string, input: object) => fixture.call<T>('rds', operation, input);
  const found = (id: string) => fixture.sandbox.rds.inspect.instances().find(({ identifier }) => identifier === id);
  const client = async <T>(config: pg.ClientConfig, work: (client: pg.Client) => Promise<T>): Promise<T> => {
    const own = new pg.Client(config);
    await own.connect();
    try {
      return await work(own);
    } finally {
      await own.end();
    }
  };
  const latest = () => found(instance)?.latestRestorableTime?.getTime() ?? 0;
  const clock = () =>
    fixture.asMaster(async (master) => {
      const { rows } = await master.query<{ at: Date }>('select clock_timestamp() as at');
      return rows[0]?.at.getTime() ?? 0;
    });

  beforeAll(async () => {
    fixture = await openBackupFixture({
      database: 'own',
      parameters: { track_commit_timestamp: 'on' },
      fill: (master) =>
        client(master, async (own) => {
          await own.query(`create table marks (mark text primary key); insert into marks values ('first');
            create role keeper nologin; grant keeper to current_user; grant create on schema public to keeper;
            alter table marks owner to keeper; create role app nologin; alter role app set statement_timeout = '7s'`);
        }),
    });
    await fixture.asMaster((master) =>
      applyBootstrap(master, bootstrapSql({ role: 'gameday', database: 'own', markerRoles: ['app'] })),
    );
    await call('ModifyDBInstance', {
      DBInstanceIdentifier: instance,
      ApplyImmediately: true,
      ...{ DeletionProtection: true, MonitoringInterval: 60, MonitoringRoleArn: monitoringRole, MultiAZ: true },
      ...{ CloudwatchLogsExportConfiguration: { EnableLogTypes: ['postgresql'] }, VpcSecurityGroupIds: ['sg-own'] },
      ...{ PreferredMaintenanceWindow: 'tue:05:00-tue:05:30', EnableIAMDatabaseAuthentication: true },
    });
    await call('AddTagsToResource', {
      ResourceName: found(instance)?.arn,
      Tags: [
        { Key: 'team', Value: 'data' },
        { Key: 'pg-gameday:made-by', Value: 'pg-gameday' },
        { Key: 'pg-gameday:purpose', Value: 'throw-away copy' },
      ],
    });
    await fixture.sandbox.rds.inspect.idle();
    await waitUntil('backups begin', () => latest() > 0);
  });
  afterAll(() => fixture?.close());

  let runs = 0;
  async function run(
    from: object,
    decide: (question: WaitingRestore, before: number) => Promise<Decided> | Decided,
    more: object = { mode: 'restore', reason: 'a test' },
  ) {
    runs += 1;
    const name = `restore-${runs}`;
    const machine = fixture.sandbox.template.stateMachines.find((one) => one.name === 'restore-dev');
    const answers = answerQuestions(fixture.sandbox, name, decide);
    const { executionArn } = await fixture.call<{ executionArn: string }>('states', 'StartExecution', {
      stateMachineArn: machine?.arn,
      name,
      input: JSON.stringify({ database: 'own', from, ...more }),
    });
    const end = await fixture.sandbox.states.waitForEnd(executionArn);
    await answers.stop();
    const Bucket = fixture.sandbox.template.buckets.find(({ logicalId }) => logicalId === 'EvidenceBucket')?.name;
    const Key = `${restorePrefix('own', name)}/record.json`;
    const { Body } = await fixture.call<{ Body: Readable | Uint8Array }>('s3', 'GetObject', { Bucket, Key });
    const stored = Body instanceof Uint8Array ? Buffer.from(Body).toString() : await text(Body);
    return { ...end, name, record: RestoreRecord.parse(JSON.parse(stored)) };
  }
  const marksOf = (id: string) =>
    fixture.asSuperuser(id, async (own) =>
      (await own.query<{ mark: string }>('select mark from marks')).rows.map(({ mark }) => mark).sort(),
    );

  /** The last moment before a mark is committed by `sql`, or by itself, and that mark is archived. */
  async function mark(name: string, sql = ''): Promise<string> {
    const before = new Date(Math.ceil((await clock()) / 1000) * 1000 + 1000);
    await waitUntil('the second is over', async () => (await clock()) > before.getTime() + 200);
    await fixture.asMaster((master) => master.query(`begin; insert into marks values ('${name}'); ${sql}; commit`));
    const after = await clock();
    await waitUntil('it is archived', () => latest() > after + 1000);
    return before.toISOString().replace('.000Z', 'Z');
  }

  test('names before it creates anything what it would do, its price, and what speaks against it', async () => {
    const planned = await run({ at: 'latest' }, () => ({ decision: 'go-on' }), {});
    assert.deepEqual([planned.status, planned.record.result], ['SUCCEEDED', 'planned'], planned.cause ?? '');
    const { plan } = planned.record;
    assert.ok((plan?.price.day ?? 0) > 0 && plan?.refusals.length === 0, JSON.stringify(plan));
    const refused = await run({ snapshot: 'no-such' }, () => ({ decision: 'go-on' }), {
      mode: 'restore',
      place: { instanceClass: 'db.x1.large', subnetGroup: 'no-such', parameterGroup: 'no-such' },
    });
    assert.match(refused.record.summary, /snapshot 'no-such' does not exist/);
    const nowhere = await run({ at: 'latest' }, () => ({ decision: 'go-on' }), {
      mode: 'restore',
      place: { instanceClass: 'db.m5.large', subnetGroup: 'no-such', parameterGroup: 'no-such' },
    });
    assert.match(nowhere.record.summary, /no 'db.m5.large'.*subnet group 'no-such'.*parameter group 'no-such'/s);
    for (const [event, why] of [
      [{ transaction: '9999999999' }, /has not begun in the source/],
      [{ marker: 'no-such' }, /has no marker 'no-such'.*Give a moment instead/s],
    ] as const) {
      const { record } = await run({ justBefore: event }, () => ({ decision: 'go-on' }));
      assert.match(`${record.summary} ${record.left.join()}`, why);
    }
    const future = await run({ at: '2999-01-01T00:00:00Z' }, () => ({ decision: 'go-on' }));
    assert.match(future.record.summary, /lies in the future/);
    assert.match(future.record.left.join(), /Restorable is \d{4}-/);
    assert.deepEqual(
      fixture.sandbox.rds.inspect.instances(region).map(({ identifier }) => identifier),
      [instance],
    );
  });

  test('restores just before a moment, as the source is, and hands it over to whoever has looked at it', async () => {
    await fixture.asMaster((master) => master.query('grant app to current_user'));
    const at = await mark('after-it', "set local role app; select gameday.mark('release 42')");
    let seen: string[] = [];
    const { status, cause, record, name } = await run(
      { justBefore: { marker: 'release 42' } },
      async ({ plan, statuses }) => {
        assert.ok(Date.parse(plan.newestMoment ?? '') >= Date.parse(at), 'what was there before it is brought back');
        assert.ok(plan.notes.some((note) => note.startsWith("marker 'release 42' was made at ")));
        seen = await marksOf(plan.candidateId);
        assert.equal(statuses['structure'], 'passed', JSON.stringify(statuses));
        assert.equal(found(plan.candidateId)?.deletionProtection, false, 'it may be given up still');
        return { decision: 'go-on' };
      },
    );
    assert.deepEqual([status, record.result], ['SUCCEEDED', 'handed over'], cause ?? '');
    assert.deepEqual(seen, ['first']);
    // Nobody of ours passes on the role of the source's monitoring.
    assert.deepEqual(
      record.differences.map(({ setting, candidate }) => [setting, candidate]),
      [['enhanced monitoring, seconds', '0']],
    );
    assert.match(
      record.left[0] ?? '',
      /--monitoring-interval 60 --monitoring-role-arn arn:aws:iam::\d+:role\/rds-monitoring/,
    );
    const restored = found(record.plan?.candidateId ?? '');
    const source = found(instance);
    for (const member of [
      'multiAz',
      'deletionProtection',
      'logExports',
      'maintenanceWindow',
      'backupWindow',
      'caCertificate',
      'parameterGroup',
      'subnetGroup',
      'securityGroups',
    ] as const)
      assert.deepEqual(restored?.[member], source?.[member], member);
    assert.deepEqual(
      restored?.tags.map(({ Key, Value }) => [Key, Value]),
      [
        ['application', 'fantasy-analytics'],
        ['team', 'data'],
        ['pg-gameday:restored-by', name],
      ],
    );
    assert.match(record.answers[0]?.reason ?? '', /^go-on by 'arn:aws:iam::123456789012:user\/operator'$/);
  });

  test('lets nobody delete what was handed over: no task, and no role of a clean-up', async () => {
    const restored = fixture.sandbox.rds.inspect
      .instances(region)
      .find(({ tags }) => tags.some(({ Key }) => Key === 'pg-gameday:restored-by'));
    assert.ok(restored);
    const executionName = restored.tags.find(({ Key }) => Key === 'pg-gameday:restored-by')?.Value ?? '';
    const answered = await invoke(fixture.sandbox, 'deleteCandidate', { executionName, database: 'own', attempt: 1 });
    assert.equal(answered['errorType'], 'CandidateNotOursError');
    await call('ModifyDBInstance', { DBInstanceIdentifier: restored.identifier, DeletionProtection: false });
    for (const logicalId of ['DeleteCopyRole', 'DeleteLeftoverRole', 'DeleteCandidateRole']) {
      const role = fixture.sandbox.template.roles.find((one) => one.logicalId === logicalId);
      const rds = new RDSClient({
        ...{ endpoint: fixture.sandbox.endpoint, region, maxAttempts: 1 },
        credentials: fixture.sandbox.credentials.issue(role?.arn ?? '', 'test'),
      });
      for (const id of [restored.identifier, instance]) {
        const deletion = new DeleteDBInstanceCommand({ DBInstanceIdentifier: id, SkipFinalSnapshot: true });
        await assert.rejects(rds.send(deletion), { name: 'AccessDenied' }, `${logicalId} ${id}`);
      }
    }
    await call('DeleteDBInstance', { DBInstanceIdentifier: restored.identifier, SkipFinalSnapshot: true });
  });

  test('deletes only its own instance for another moment, and when it is given up; nobody else decides', async () => {
    await mark('second', "insert into marks values ('by ' || pg_current_xact_id())");
    const [by] = (await marksOf(instance)).filter((one) => one.startsWith('by '));
    const id = by?.slice('by '.length);
    const second = await mark('third');
    const seen: string[][] = [];
    const { record, status } = await run({ justBefore: { transaction: id } }, async (question, before) => {
      const { plan } = question;
      seen.push(await marksOf(plan.candidateId));
      if (before === 0) {
        const stranger = fixture.sandbox.credentials.issue(
          fixture.sandbox.template.roles.find(({ logicalId }) => logicalId === 'PlanRestoreRole')?.arn ?? '',
          'stranger',
        );
        await sendAnswer(fixture.sandbox, question, 'give-up', stranger);
        return { decision: 'give-up' }; // by a token that is answered already
      }
      return before === 1 ? { decision: 'another-moment', at: second } : { decision: 'give-up' };
    });
    assert.deepEqual([status, record.result], ['SUCCEEDED', 'given up']);
    assert.deepEqual(seen, [
      ['after-it', 'first'],
      ['after-it', 'first'],
      ['after-it', by, 'first', 'second'],
    ]);
    assert.deepEqual(
      record.answers.map(({ decision }) => decision),
      [null, 'another-moment', 'give-up'],
    );
    assert.match(record.answers[0]?.reason ?? '', /is not among restore.approvers/);
    assert.deepEqual(
      fixture.sandbox.rds.inspect
        .instances(region)
        .filter(({ status }) => status !== 'deleting')
        .map(({ identifier }) => identifier),
      [instance],
    );
  });

  test('brings back rows of selected tables, merged as their owner lets it, and deletes the rest', async () => {
    const at = await mark('fourth');
    await fixture.asSuperuser(instance, async (own) => {
      await own.query('grant keeper to gameday_restore; grant create on database own to gameday_restore');
    });
    await fixture.asMaster((master) => master.query("delete from marks where mark in ('first', 'second')"));
    const asked: unknown[] = [];
    const { record, status, cause } = await run(
      { at },
      ({ question, rows }) => {
        asked.push([question, rows]);
        return { decision: question === 'merge' ? 'approve' : 'go-on' };
      },
      { mode: 'restore', reason: 'a test', objects: { tables: ['public.marks'] } },
    );
    assert.deepEqual([status, record.result], ['SUCCEEDED', 'merged'], cause ?? '');
    const rows = { table: 'public.marks', missing: '2', differing: '0', surplus: '1' };
    assert.deepEqual(asked, [
      ['inspection', []],
      ['merge', [rows]],
    ]);
    assert.deepEqual(record.merge?.merged, [{ ...rows, surplus: '0' }]);
    assert.deepEqual(
      (await marksOf(instance)).filter((one) => !one.startsWith('by ')),
      ['after-it', 'first', 'fourth', 'second', 'third'],
    );
    const left = fixture.sandbox.rds.inspect.instances(region).filter(({ status: is }) => is !== 'deleting');
    assert.deepEqual(
      left.map(({ identifier }) => identifier),
      [instance],
    );
  });
});
