import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ListExecutionsCommand, SFNClient } from '@aws-sdk/client-sfn';
import { isAlive } from '../../../sandbox/postgres/processes.ts';
import { Evidence } from '../../../shared/contracts/backup-and-verify.ts';
import { isAsReported, proofSteps } from '../../support/drill.ts';
import { note } from '../../support/note.ts';
import { startRdsLikeServer } from '../../support/postgres/rds-like-server.ts';
import {
  credentialsIn,
  descendantsOf,
  isListening,
  processesIn,
  runCommandLine,
  type SandboxProcess,
  serversOf,
  startCommand,
} from '../../support/sandbox/process.ts';
import { isInstalled, shell } from '../../support/shell.ts';
import { waitUntil } from '../../support/wait-until.ts';

const small = ['--megabytes', '10', '--speed', '1000', '--writes', '20']; // a night passes in 86 s, with its backup
let place: string;
beforeAll(() => {
  place = mkdtempSync(path.join(tmpdir(), 'command-line-'));
  // Servers run as another user when the tests run as root.
  chmodSync(place, 0o755);
});
afterAll(async () => {
  assert.deepEqual(processesIn(place), [], 'a process is left');
  await rm(place, { recursive: true, force: true });
});
const dataIn = (name: string) => ['--data', path.join(place, name)];

async function assertNothingLeft(dataDirectory: string, sandbox: SandboxProcess, pids: readonly number[]) {
  assert.equal(existsSync(dataDirectory), false, 'the data directory is left');
  for (const pid of [sandbox.pid, ...pids]) {
    await waitUntil(`process ${pid} ends`, () => !isAlive(pid));
  }
  const port = Number(/http:\/\/127\.0\.0\.1:(\d+)/.exec(sandbox.stdout())?.[1] ?? 0);
  if (port !== 0) assert.equal(await isListening(port), false, 'the endpoint is left');
  assert.deepEqual(processesIn(dataDirectory), []);
}

describe('run', () => {
  test('reports every step, the ladder and the verdict, writes evidence and report, and leaves nothing else', async () => {
    const reports = path.join(place, 'reports');
    const sandbox = startCommand(['run', 'backup-and-verify', ...small, ...dataIn('run'), '--reports', reports]);
    await sandbox.printed('✔   StartRestore');
    const servers = serversOf(path.join(place, 'run'));
    const { code, stdout, stderr } = await sandbox.end;
    assert.equal(stderr, '');
    assert.equal(code, 0, stdout);
    const steps = stdout.split('\n').flatMap((line) => /^✔ +(\w+)/.exec(line)?.[1] ?? []);
    assert.deepEqual(steps, [
      ...['package', 'sandbox', 'database', 'writers'],
      ...['PlanRun', 'TakeWitness', 'CheckSnapshot', 'CopySnapshot', 'StartProof', 'StartRestore', 'CheckRestore'],
      ...['VerifyServer', 'VerifySchema', 'VerifyTables', 'VerifyStructure', 'VerifyAssertions'],
      ...['RemoveCopy', 'CheckProof', 'RecordEvidence', 'TagSnapshot', 'PublishOutcome'],
    ]);
    const ladder = stdout
      .split('\n')
      .flatMap((line) => /^ {2}(\w+) +(passed|gap|failed|not run) /.exec(line)?.[1] ?? []);
    assert.deepEqual(ladder, [
      ...['reachable', 'identity', 'version', 'parameters', 'extensions', 'bracket'],
      ...['schema', 'sequences', 'tables', 'structure', 'assertions'],
    ]);
    assert.match(stdout, /^Verdict {4}PROVEN, (exact|bounded): \d+ /m);
    assert.match(stdout, /^Writers {4}\d+ transactions committed meanwhile/m);
    const report = path.resolve(/^Report {5}(.+)$/m.exec(stdout)?.[1] ?? '');
    const [directory] = readdirSync(reports);
    assert.equal(report, path.join(reports, directory ?? '', 'report.html'));
    assert.match(readFileSync(report, 'utf8'), /<html/);
    const evidence = Evidence.parse(JSON.parse(readFileSync(path.join(path.dirname(report), 'evidence.json'), 'utf8')));
    assert.ok(stdout.includes(`Verdict    PROVEN, ${evidence.verdict}: ${evidence.summary}`));
    assert.ok(servers.length > 0);
    await assertNothingLeft(path.join(place, 'run'), sandbox, servers);
  });

  test('--from proves a backup of a database on another server, and only reads it', async () => {
    await using server = await startRdsLikeServer();
    const client = await server.connect();
    await client.query('create table seasons (year int primary key, champion text)');
    await client.query("insert into seasons select y, 'club ' || y from generate_series(1950, 2025) y");
    await client.query('create index on seasons (champion)');
    await client.query('alter database app set default_transaction_read_only = on');
    const url = new URL(`postgres://${server.master.host}:${server.master.port}/app`);
    url.username = String(server.master.user);
    url.password = encodeURIComponent(String(server.master.password));
    const { code, stdout, stderr } = await runCommandLine([
      ...['run', '--from', url.href, '--speed', '1000'],
      ...dataIn('from'),
      ...['--reports', path.join(place, 'reports-from')],
    ]);
    assert.equal(stderr, '');
    assert.equal(code, 0, stdout);
    assert.match(stdout, /✔ database +[\d.]+ s +copied \d+ MB/);
    assert.match(stdout, /^Verdict {4}PROVEN, exact: 76 of 76 rows of the database in /m);
    assert.ok(!stdout.includes('secret'), 'the password is not reported');
    const { rows } = await client.query('select count(*)::int as n from seasons');
    assert.equal(rows[0]?.n, 76);
  });

  for (const [moment, text] of [
    ['packages', /^$/],
    ['loads the demo', /✔ sandbox/],
    ['restores', /✔ {3}StartRestore/],
  ] as const) {
    test(`Ctrl-C while it ${moment} ends it with 130 and leaves nothing`, async () => {
      const data = path.join(place, 'interrupted');
      // Of sources that are known the package is kept: only new ones are packaged.
      const operations = path.join(place, 'operations.yml');
      writeFileSync(operations, `${readFileSync('operations.yml', 'utf8')}# ${Date.now()}\n`);
      const env = moment === 'packages' ? { OPERATIONS_FILE: operations } : {};
      const sandbox = startCommand(['run', ...small, '--data', data], { env });
      await waitUntil('the directory is taken', () => existsSync(path.join(data, 'sandbox.json')));
      if (moment === 'packages') await waitUntil('packaging begins', () => descendantsOf(sandbox.pid).length > 0);
      await sandbox.printed(text);
      const pids = [...descendantsOf(sandbox.pid), ...serversOf(data)];
      sandbox.signal('SIGINT');
      const { code, stderr } = await sandbox.end;
      assert.equal(stderr, '');
      assert.equal(code, 130);
      assert.match(sandbox.stdout(), /^stopping$/m);
      await assertNothingLeft(data, sandbox, pids);
    });
  }
});

describe('start, status and stop', () => {
  const data = () => path.join(place, 'started');
  const started: SandboxProcess[] = [];
  afterAll(async () => {
    for (const sandbox of started) {
      sandbox.signal('SIGTERM');
      await sandbox.end;
    }
  });
  const startSmall = async () => {
    const sandbox = startCommand(['start', ...small, '--no-schedules', '--data', data()]);
    started.push(sandbox);
    await sandbox.printed('psql -h');
    return sandbox;
  };
  let first: SandboxProcess;
  let endpoint: string;

  beforeAll(async () => {
    first = await startSmall();
    endpoint = /✔ sandbox .*(http:\/\/127\.0\.0\.1:\d+)/.exec(first.stdout())?.[1] ?? '';
  });

  test('status says pid, endpoint and directory of the running one', async () => {
    const { code, stdout } = await runCommandLine(['start', 'status', '--data', data()]);
    assert.equal(code, 0);
    assert.ok(stdout.startsWith(`sandbox is running: pid ${first.pid}, endpoint ${endpoint}, since `), stdout);
    assert.ok(stdout.trimEnd().endsWith(`data ${data()}`), stdout);
  });

  test('an event of AWS reaches it from a file, which PutEvents would refuse, and starts what its rule says', async () => {
    const sent = await runCommandLine(['start', 'event', 'events/schedule/retention.json', '--data', data()]);
    assert.deepEqual([sent.code, sent.stdout], [0, "'Scheduled Event' of aws.events is sent in us-east-1\n"]);
    const sandbox = JSON.parse(readFileSync(path.join(data(), 'sandbox.json'), 'utf8'));
    assert.equal(statSync(sandbox.control).mode & 0o777, 0o600);
    const states = new SFNClient({ endpoint, region: 'us-east-1', credentials: credentialsIn(first.stdout()) });
    const retention = 'arn:aws:states:us-east-1:123456789012:stateMachine:retention-dev';
    await waitUntil('retention has run', async () => {
      const { executions } = await states.send(new ListExecutionsCommand({ stateMachineArn: retention }));
      return executions?.[0]?.status === 'SUCCEEDED';
    });
    states.destroy();
  });

  test('a second start in the same place says who is there and changes nothing', async () => {
    const { code, stderr } = await runCommandLine(['start', ...small, '--data', data()]);
    assert.equal(code, 2);
    assert.match(
      stderr,
      new RegExp(`^error: a sandbox is already running: pid ${first.pid}, endpoint ${endpoint}, since `),
    );
    assert.match(stderr, /HINT: End it with 'npm run sandbox -- stop'/);
    assert.ok(isAlive(first.pid));
  });

  test('the lines that it prints work as they are printed: a run by the AWS CLI, its history, psql', async () => {
    const lines = first.stdout().split('\n');
    const settings = lines.filter((line) => line.startsWith('export AWS_')).join('\n');
    const startLine = lines.find((line) => line.startsWith('aws stepfunctions start-execution')) ?? '';
    if (await isInstalled('aws')) {
      const arn = JSON.parse(await shell(`${settings}\n${startLine} --output json`)).executionArn;
      let status = 'RUNNING';
      await waitUntil(
        'the execution ends',
        async () => {
          const about = await shell(
            `${settings}\naws stepfunctions describe-execution --execution-arn ${arn} --output json`,
          );
          status = JSON.parse(about).status;
          return status !== 'RUNNING';
        },
        120_000,
      );
      assert.equal(status, 'SUCCEEDED');
      const history = JSON.parse(
        await shell(`${settings}\naws stepfunctions get-execution-history --execution-arn ${arn} --output json`),
      );
      const entered = history.events.flatMap(
        (event: { stateEnteredEventDetails?: { name: string } }) => event.stateEnteredEventDetails?.name ?? [],
      );
      assert.equal(entered[0], 'Begin');
      assert.equal(entered.at(-1), 'Proven');
      assert.equal(history.events.at(-1).type, 'ExecutionSucceeded');
      const reports = path.join(place, 'all-reports');
      const costs = lines.find((line) => line.includes('cost-report-dev')) ?? '';
      const started = JSON.parse(await shell(`${settings}\n${costs} --output json`)).executionArn;
      const name = String(started).split(':').at(-1);
      const sync = (lines.find((line) => line.startsWith('aws s3 sync')) ?? '').replace('reports/sandbox', reports);
      const page = path.join(reports, 'cost-report', name ?? '', 'report.html');
      await waitUntil(
        'the cost report is there',
        async () => {
          await shell(`${settings}\n${sync}`);
          return existsSync(page);
        },
        60_000,
      );
      assert.match(readFileSync(page, 'utf8'), /unattached-volume[\s\S]*vol-forgotten/);
      for (const line of lines.filter((candidate) => /^aws (?!stepfunctions start|s3 sync)/.test(candidate))) {
        assert.notEqual(await shell(`${settings}\n${line}`), '', line);
      }
    } else note('the AWS CLI is not installed: only psql is tried');
    const psql = lines.find((line) => line.includes(' psql -h ')) ?? '';
    if (await isInstalled('psql')) {
      assert.match(await shell(`${psql} -Atc 'select count(*) > 0 from league.games'`), /^t$/m);
    } else {
      assert.match(
        psql,
        /^PGPASSWORD=\S+ PGSSLMODE=verify-ca PGSSLROOTCERT=\S+ psql -h 127\.0\.0\.1 -p \d+ -U postgres /,
      );
    }
  });

  test('docs/drill.md is as it says: a proof by the CLI, its history, psql into a copy, the sweeper', async () => {
    const steps = proofSteps();
    assert.equal(steps.length, 4);
    assert.equal(
      isAsReported(['FAILED'], steps[0]?.output ?? []),
      false,
      'another output is reported from the right one',
    );
    if (!(await isInstalled('aws')) || !(await isInstalled('psql'))) {
      note('aws or psql is not installed: the proof is only read');
      return;
    }
    const settings = first
      .stdout()
      .split('\n')
      .filter((line) => line.startsWith('export AWS_'));
    const mark = '=== next step';
    const script = [...settings, ...steps.map((step) => `${step.script}echo '${mark}'`)].join('\n');
    const outputs = (await shell(script)).split(`${mark}\n`);
    for (const [number, { output }] of steps.entries()) {
      const lines = (outputs[number] ?? '').trimEnd().split('\n');
      assert.ok(isAsReported(lines, output), `step ${number + 1} printed\n${lines.join('\n')}`);
    }
  });

  test('after kill -9 nothing is running; the next start ends what was left, and stop removes everything', async () => {
    const servers = serversOf(data());
    assert.ok(servers.length > 0);
    first.signal('SIGKILL');
    await first.end;
    assert.ok(servers.some(isAlive), 'a server outlives its sandbox that was killed');
    const { code, stdout } = await runCommandLine(['status', '--data', data()]);
    assert.equal(code, 3);
    assert.equal(stdout.split('\n')[0], 'no sandbox is running');
    assert.match(stdout, /^one that was killed, begun \S+ left processes \d[\d, ]* and directory '.*started'\nHINT: /m);

    const second = await startSmall();
    assert.deepEqual(servers.filter(isAlive), []);
    const children = [...descendantsOf(second.pid), ...serversOf(data())];
    const stop = await runCommandLine(['start', 'stop', '--data', data()]);
    assert.equal(stop.stderr, '');
    assert.equal(stop.stdout, 'sandbox is stopped\n');
    assert.equal(stop.code, 0);
    const { code: ended, stderr } = await second.end;
    assert.equal(stderr, '');
    assert.equal(ended, 130);
    await assertNothingLeft(data(), second, children);
  });

  test('stop with nothing running says so', async () => {
    const { code, stdout } = await runCommandLine(['stop', '--data', path.join(place, 'nowhere')]);
    assert.equal(stdout, 'no sandbox was running\n');
    assert.equal(code, 0);
  });
});
