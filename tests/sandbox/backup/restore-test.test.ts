import assert from 'node:assert/strict';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { type DBInstanceAutomatedBackup, DeleteDBInstanceCommand, RDSClient } from '@aws-sdk/client-rds';
import { packageStage } from '../../../sandbox/package/package-stage.ts';
import { devStage } from '../../../sandbox/stage-policy.ts';
import { AwsError } from '../../../sandbox/wire/aws-error.ts';
import { RecoveryPage, RestoreTestEvidence, type TriedPath } from '../../../shared/contracts/restore-test.ts';
import { copyTags } from '../../../shared/domain/resource/throw-away.ts';
import * as marked from '../../support/restore/marked-night.ts';
import {
  type BackupFixture,
  type BackupRun,
  openBackupFixture,
  policyOf,
  region,
} from '../../support/sandbox/backup.ts';
import { insideBracket } from '../../support/sandbox/bracket.ts';
import { waitUntil } from '../../support/wait-until.ts';

const { instance } = policyOf('own');
const { dr } = devStage();
const away = dr?.region ?? '';

describe('a restore test', () => {
  let fixture: BackupFixture;
  let place: string;
  let night: BackupRun;
  let stopWriting: () => Promise<marked.Marker[]>;

  /** Milliseconds by which RDS restores another moment than it was asked for. */
  let shifted = 0;
  beforeAll(async () => {
    place = await mkdtemp(path.join(tmpdir(), 'restore-test-'));
    await chmod(place, 0o755);
    const packageDirectory = path.join(place, 'package');
    await packageStage('dev', packageDirectory, {
      environment: { ...process.env, OPERATIONS_FILE: await marked.operationsWithPause(place) },
    });
    fixture = await openBackupFixture({
      database: 'own',
      packageDirectory,
      fill: marked.fill,
      before: marked.shiftMoments(() => shifted),
    });
    await waitUntil('backups begin', async () => (await windowIn(region)).earliest < Date.now() - 1000);
    await inRegion(away, 'rds', 'StartDBInstanceAutomatedBackupsReplication', {
      SourceDBInstanceArn: `arn:aws:rds:${region}:123456789012:db:${instance}`,
      KmsKeyId: dr?.kmsKeyId,
    });
    stopWriting = await marked.writeMarkers(fixture.source.master);
    // What each path is held against: a night between whose S1 and S2 rows are written.
    const longEnough = { after: () => marked.passed(Date.now() + 3000) }; // that it has a whole second, at 500 times the speed
    night = await fixture.run({ hook: insideBracket(longEnough) });
    assert.equal(night.status, 'SUCCEEDED', night.cause);
  });
  afterAll(async () => {
    await fixture?.close();
    await rm(place, { recursive: true, force: true });
  });

  const inRegion = (where: string, service: string, operation: string, input: object) =>
    fixture.sandbox.dispatch(service, operation, input, {
      region: where,
      caller: fixture.sandbox.credentials.operator.caller,
    });
  const windowIn = async (where: string): Promise<{ earliest: number; latest: number }> => {
    const { DBInstanceAutomatedBackups: [found] = [] } = (await inRegion(
      where,
      'rds',
      'DescribeDBInstanceAutomatedBackups',
      {},
    )) as { DBInstanceAutomatedBackups?: DBInstanceAutomatedBackup[] };
    const { EarliestTime, LatestTime } = found?.RestoreWindow ?? {};
    return { earliest: Number(EarliestTime ?? Number.POSITIVE_INFINITY), latest: Number(LatestTime ?? 0) };
  };
  const archived = async (since: number) => {
    for (const where of [region, away])
      await waitUntil(`the log in ${where}`, async () => (await windowIn(where)).latest > since);
  };
  const read = async (Key: string): Promise<string> => {
    const Bucket = fixture.sandbox.template.buckets.find(({ logicalId }) => logicalId === 'EvidenceBucket')?.name;
    const { Body } = await fixture.call<{ Body: Readable | Uint8Array }>('s3', 'GetObject', { Bucket, Key });
    return Body instanceof Uint8Array ? Buffer.from(Body).toString() : text(Body);
  };
  let tests = 0;
  const run = async (input: object) => {
    tests += 1;
    const name = `test-${tests}`;
    const machine = fixture.sandbox.template.stateMachines.find((one) => one.name === 'restore-test-dev');
    const { executionArn } = await fixture.call<{ executionArn: string }>('states', 'StartExecution', {
      stateMachineArn: machine?.arn,
      name,
      input: JSON.stringify(input),
    });
    const end = await fixture.sandbox.states.waitForEnd(executionArn);
    const evidence = RestoreTestEvidence.parse(JSON.parse(await read(`restore-test/own/${name}/evidence.json`)));
    const copies = fixture.sandbox.rds.inspect.instances().filter((one) => one.identifier.startsWith('gd-copy-'));
    assert.deepEqual(copies, [], 'every copy is removed');
    return { ...end, name, evidence };
  };
  const pathOf = (evidence: RestoreTestEvidence, path: string): TriedPath => {
    const found = evidence.tried.find((one) => one.path === path);
    assert.ok(found, `${path} was not tried: ${JSON.stringify(evidence.notTried)}`);
    return found;
  };

  const pauseOfNight = () => {
    const { pause } = night.evidence.snapshot ?? {};
    assert.ok(pause !== undefined && 'at' in pause, `no pause: ${JSON.stringify(pause)}`);
    return { at: pause.at, milliseconds: pause.milliseconds };
  };

  test('rests on a night that says how long the writers paused, for which second, and in its message', () => {
    const { at, milliseconds } = pauseOfNight();
    assert.ok(milliseconds < 1000, `the writers paused for ${milliseconds} ms`);
    const said = `writers paused for ${Math.ceil(milliseconds)} ms until ${at}`;
    assert.ok(night.evidence.summary.includes(said), night.evidence.summary);
    assert.ok(night.notifications.some(({ message }) => message.includes(said)));
    assert.ok(Date.parse(at) < Date.parse(night.evidence.snapshot?.createdAt ?? ''));
  });

  test('proves four ways back beside writers, each in its region, timed, and bound in a chain of its own', async () => {
    await archived(Date.parse(night.evidence.snapshot?.s2At ?? ''));
    const { status, cause, evidence, name } = await run({ database: 'own' });
    assert.equal(status, 'SUCCEEDED', cause ?? '');
    assert.deepEqual(
      evidence.tried.map(({ path, region, failure, cleanUpFailure }) => [path, region, failure, cleanUpFailure]),
      [
        ['snapshot', region, null, null],
        ['other-region', away, null, null],
        ['point-in-time', region, null, null],
        ['other-region-point-in-time', away, null, null],
      ],
    );
    for (const { path, verdict, summary, pause, times, rungs, isInTime, actual, rpoSeconds } of evidence.tried) {
      // Of a snapshot the row that is written all the time is in a version that neither S1 nor S2 shows.
      assert.equal(verdict, path.endsWith('point-in-time') ? 'exact' : 'bounded', `${path}: ${summary}`);
      assert.deepEqual(pause, path.endsWith('point-in-time') ? pauseOfNight() : null);
      assert.ok(rungs.every(({ status }) => status === 'passed' || status === 'gap'));
      const { available = 0, usable = 0, verified = 0 } = times as Record<string, number>;
      assert.ok(0 < available && available < usable && usable < verified, JSON.stringify(times));
      assert.deepEqual([isInTime, actual !== null], [true, true]);
      assert.ok(path.endsWith('point-in-time') ? rpoSeconds >= 0 : rpoSeconds > 0, `${path} ${rpoSeconds}`);
    }
    assert.deepEqual(
      evidence.notTried.map(({ path, kind }) => [path, kind]),
      [
        ['dump', 'not built'],
        ['selected-objects', 'not built'],
      ],
    );
    const ways = RecoveryPage.parse(JSON.parse(await read('recovery/own/recovery.json')));
    assert.deepEqual(
      ways.paths.map(({ path, state, last }) => [path, state, last?.evidenceKey ?? null]),
      [
        ...evidence.tried.map(({ path }) => [path, 'proven', `restore-test/own/${name}/evidence.json`]),
        ['dump', 'absent', null],
        ['selected-objects', 'absent', null],
      ],
    );
    assert.match(await read('recovery/own/recovery.html'), /4 of 6 ways back are proven/);
    const record = JSON.parse(await read('evidence-chain/own--restore-test/000000001.json')) as {
      evidence: { key: string };
      verdict: string;
    };
    assert.deepEqual(
      [record.evidence.key, record.verdict],
      [`restore-test/own/${name}/evidence.json`, evidence.verdict],
    );
    const [published] = fixture.sandbox.template.topics.flatMap(({ arn }) =>
      fixture.sandbox.sns.messages(arn).filter(({ attributes }) => attributes['execution'] === name),
    );
    assert.match(published?.topicArn ?? '', /:pg-gameday-p4-dev$/);
    assert.equal(published?.subject, '[dev] ways back of own proven');
  });

  test('calls no copy exact, and proves none, that is of a second earlier or later than the pause', async () => {
    for (const shift of [-1000, 1000]) {
      shifted = shift;
      const { status, evidence } = await run({ database: 'own', paths: ['point-in-time'] }).finally(() => {
        shifted = 0;
      });
      const { verdict, summary, failure } = pathOf(evidence, 'point-in-time');
      assert.deepEqual([status, failure, evidence.isProven], ['FAILED', null, false]);
      assert.ok(verdict === 'failed' || verdict === 'unbracketed', `${shift}: ${verdict}`);
      assert.match(
        summary,
        shift < 0 ? /untouched rows|missing|lacks|after heartbeat/ : /of after the moment|the writers paused at/,
      );
    }
  });

  test('names in red the one path whose API answers 500 for hours, and proves the others', async () => {
    fixture.refuse = ({ operation }) =>
      operation === 'RestoreDBInstanceToPointInTime'
        ? new AwsError('InternalFailure', 'an exercise', { status: 500 })
        : undefined;
    try {
      const { status, error, evidence } = await run({ database: 'own', paths: ['snapshot', 'point-in-time'] });
      assert.deepEqual([status, error], ['FAILED', 'RestorePathNotProven']);
      const { verdict, failure, blame } = pathOf(evidence, 'point-in-time');
      assert.deepEqual([verdict, failure?.state, failure?.error], ['failed', 'StartRestore', 'AwsUnavailableError']);
      assert.equal(blame?.blamed, 'the environment');
      assert.notEqual(pathOf(evidence, 'snapshot').verdict, 'failed');
      assert.equal(evidence.isProven, false);
      assert.match(evidence.summary, /^1 of 2 paths that were tried are proven; not proven: point-in-time \(/);
    } finally {
      fixture.refuse = undefined;
    }
  });

  test('is not green when nothing was tried', async () => {
    const { status, evidence } = await run({ database: 'own', paths: ['dump'] });
    assert.deepEqual([status, evidence.isProven, evidence.tried], ['FAILED', false, []]);
    assert.match(evidence.summary, /^no path was tried; /);
  });

  test('leaves what somebody has restored for use, under every tag of a copy: no role of a clean-up may delete it', async () => {
    const Tags = Object.entries(copyTags('own', 'night', new Date(Date.now() - 86_400_000))).map(([Key, Value]) => ({
      Key,
      Value,
    }));
    await fixture.call('rds', 'RestoreDBInstanceFromDBSnapshot', {
      DBSnapshotIdentifier: night.snapshotId,
      DBInstanceIdentifier: 'own-restored',
      Tags,
    });
    const restored = () =>
      fixture.sandbox.rds.inspect.instances().find(({ identifier }) => identifier === 'own-restored');
    await waitUntil('it is restored', () => restored()?.status === 'available');
    for (const logicalId of ['DeleteCopyRole', 'DeleteLeftoverRole']) {
      const role = fixture.sandbox.template.roles.find((one) => one.logicalId === logicalId);
      const rds = new RDSClient({
        endpoint: fixture.sandbox.endpoint,
        region,
        credentials: fixture.sandbox.credentials.issue(role?.arn ?? '', 'test'),
        maxAttempts: 1,
      });
      const deletion = new DeleteDBInstanceCommand({ DBInstanceIdentifier: 'own-restored', SkipFinalSnapshot: true });
      await assert.rejects(rds.send(deletion), { name: 'AccessDenied' }, logicalId);
    }
    const sweep = fixture.sandbox.template.stateMachines.find((one) => one.name === 'sweep-leftovers-dev');
    const input = { stateMachineArn: sweep?.arn, input: '{}' };
    const { executionArn } = await fixture.call<{ executionArn: string }>('states', 'StartExecution', input);
    const { error } = await fixture.sandbox.states.waitForEnd(executionArn);
    assert.equal(error, 'SweepIncomplete', 'it is named, for a person to look at');
    assert.equal(restored()?.status, 'available');
    await fixture.call('rds', 'DeleteDBInstance', { DBInstanceIdentifier: 'own-restored', SkipFinalSnapshot: true });
  });

  test('gives back the marker before a moment and not the one after it, ten times of ten', async () => {
    const markers = await stopWriting();
    const last = markers.at(-1)?.ended ?? 0;
    await archived(last + 1000);
    const { earliest } = await windowIn(region);
    const first = Math.ceil(Math.max(earliest + 1, markers[0]?.ended ?? 0) / 1000) * 1000;
    const around = (moment: number) => ({
      before: markers.findLast(({ ended }) => ended < moment),
      after: markers.find(({ begun }) => begun > moment),
    });
    // On a busy computer a writer stands still now and then: a moment says much only with markers close to it.
    const moments = Array.from({ length: 600 }, (_, index) => first + index * 1000)
      .filter((moment) => {
        const { before, after } = around(moment);
        return before !== undefined && after !== undefined && after.begun - before.ended < 500;
      })
      .slice(-10);
    assert.equal(moments.length, 10, 'the writers wrote for too short a time');
    const restore = async (moment: number) => {
      const name = `moment-${moment}`;
      await fixture.call('rds', 'RestoreDBInstanceToPointInTime', {
        SourceDBInstanceIdentifier: instance,
        TargetDBInstanceIdentifier: name,
        RestoreTime: new Date(moment),
        BackupRetentionPeriod: 0,
      });
      await waitUntil(`${name} is available`, () =>
        fixture.sandbox.rds.inspect.instances().some((one) => one.identifier === name && one.status === 'available'),
      );
      const found = await fixture.asSuperuser(name, async (client) => {
        const { rows } = await client.query<{ id: number }>('select id from markers order by id');
        return new Set(rows.map(({ id }) => id));
      });
      const { before, after } = around(moment);
      assert.ok(before && after);
      await fixture.call('rds', 'DeleteDBInstance', { DBInstanceIdentifier: name, SkipFinalSnapshot: true });
      return { isBefore: found.has(before.id), isAfter: found.has(after.id) };
    };
    const all: { isBefore: boolean; isAfter: boolean }[] = [];
    for (const moment of moments) all.push(await restore(moment));
    assert.deepEqual(
      all,
      moments.map(() => ({ isBefore: true, isAfter: false })),
    );
  });
});
