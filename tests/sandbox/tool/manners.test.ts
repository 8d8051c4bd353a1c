import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { packageStage } from '../../../sandbox/package/package-stage.ts';
import { findServerBinaries } from '../../../sandbox/postgres/binaries.ts';
import { type Sandbox, startSandbox } from '../../../sandbox/sandbox.ts';
import { createSource } from '../../../sandbox/source.ts';
import { readOperationsFile } from '../../../shared/policy/read-file.ts';
import { note } from '../../support/note.ts';
import { descendantsOf, isListening, processesIn } from '../../support/sandbox/process.ts';
import { waitUntil } from '../../support/wait-until.ts';

const { region, databases } = readOperationsFile(new URL('../../../operations.yml', import.meta.url)).stages.dev;
const policy = databases['fantasy'];
assert.ok(policy);

/** What keeps this process alive, without what the test runner itself uses. */
const openHandles = () => Map.groupBy(process.getActiveResourcesInfo(), (kind) => kind);
const newHandles = (before: ReturnType<typeof openHandles>) =>
  [...openHandles()].flatMap(([kind, all]) => all.slice(before.get(kind)?.length ?? 0));

describe('a sandbox that has stopped', () => {
  let place: string;
  let packageDirectory: string;
  let temporary: string;
  const usualTemporary = process.env['TMPDIR'];
  beforeAll(async () => {
    place = mkdtempSync(path.join(tmpdir(), 'manners-'));
    chmodSync(place, 0o755); // servers run as another user when the tests run as root
    temporary = path.join(place, 'tmp'); // of this process alone: other tests come and go in the usual one
    mkdirSync(temporary);
    process.env['TMPDIR'] = temporary;
    await findServerBinaries(); // a cache of them may be kept there
    packageDirectory = path.join(place, 'package');
    await packageStage('dev', packageDirectory);
  });
  afterAll(async () => {
    if (usualTemporary === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = usualTemporary;
    await rm(place, { recursive: true });
  });

  const start = (name: string) =>
    startSandbox({
      packageDirectory,
      dataDirectory: path.join(place, name),
      region,
      // A schedule of a minute comes every 6 s: at more speed a busy machine starts more executions than it ends.
      speed: 10,
      runSchedules: true,
      rds: { durations: { create: 3_000, automatedBackup: 1_500 } },
    });

  const machineOf = ({ template }: Sandbox) =>
    template.stateMachines.find(({ name }) => name === 'backup-and-verify-dev')?.arn;

  /** An execution that fails early, so that functions, logs, metrics, evidence and topics have been at work. */
  const execute = async (sandbox: Sandbox) => {
    const { executionArn } = (await sandbox.dispatch(
      'states',
      'StartExecution',
      { stateMachineArn: machineOf(sandbox), input: '{"database":"nobody"}' },
      { region, caller: sandbox.credentials.operator.caller },
    )) as { executionArn: string };
    return await sandbox.states.waitForEnd(executionArn);
  };

  test('leaves no process, port, timer or handle behind, after work and with a server running', async () => {
    const [handlesBefore, childrenBefore, temporaryBefore] = [
      openHandles(),
      descendantsOf(process.pid),
      readdirSync(temporary),
    ];
    const since = performance.now();
    const sandbox = await start('worked');
    const ready = performance.now();
    let [serverPort, serverPid] = [0, 0];
    await createSource(sandbox, {
      policy,
      fill: async (master) => {
        serverPort = Number(master.port);
        serverPid = sandbox.rds.inspect.server(region, policy.instance).pid;
      },
    });
    note(
      `ready after ${Math.round(ready - since)} ms, with a source after ${Math.round(performance.now() - since)} ms`,
    );
    const end = await execute(sandbox);
    assert.equal(end.error, 'UnknownDatabaseError');
    assert.ok(await isListening(serverPort));
    assert.notDeepEqual(newHandles(handlesBefore), [], 'a running sandbox has handles of its own');
    assert.ok(descendantsOf(process.pid).includes(serverPid));

    await sandbox.stop();
    assert.equal(await isListening(serverPort), false);
    assert.equal(await isListening(Number(new URL(sandbox.endpoint).port)), false);
    await waitUntil('every process ends', () =>
      descendantsOf(process.pid).every((pid) => childrenBefore.includes(pid)),
    );
    assert.deepEqual(processesIn(place), []);
    await waitUntil('handles are closed', () => newHandles(handlesBefore).length === 0, 5000).catch(() =>
      assert.deepEqual(newHandles(handlesBefore), []),
    );
    assert.deepEqual(readdirSync(temporary), temporaryBefore);
  });

  test('ends while an instance is being created and an execution is running', async () => {
    const childrenBefore = descendantsOf(process.pid);
    const sandbox = await start('busy');
    const { executionArn } = (await sandbox.dispatch(
      'states',
      'StartExecution',
      { stateMachineArn: machineOf(sandbox), input: '{"database":"fantasy"}' },
      { region, caller: sandbox.credentials.operator.caller },
    )) as { executionArn: string };
    const source = createSource(sandbox, { policy, fill: async () => {} });
    const failed = assert.rejects(source);
    await waitUntil('the instance is being created', () => sandbox.rds.inspect.instances().length > 0);
    const ended = sandbox.states.waitForEnd(executionArn);
    await sandbox.stop();
    await failed;
    assert.notEqual((await ended).status, 'SUCCEEDED');
    await waitUntil('every process ends', () =>
      descendantsOf(process.pid).every((pid) => childrenBefore.includes(pid)),
    );
  });

  test('may be stopped twice, and another may start in its place', async () => {
    for (let round = 0; round < 2; round += 1) {
      const sandbox = await start('again');
      await sandbox.stop();
      await sandbox.stop();
      assert.equal(await isListening(Number(new URL(sandbox.endpoint).port)), false);
    }
  });
});
