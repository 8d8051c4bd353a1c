import assert from 'node:assert/strict';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeBriskOperations } from '../../../sandbox/fault-sweep/brisk-operations.ts';
import { deliberateBugs, sweptIn } from '../../../sandbox/fault-sweep/deliberate-bugs.ts';
import { prepareScene, type Scene } from '../../../sandbox/fault-sweep/scene.ts';
import { type FaultSweepFixture, sweepOne, sweepPace } from '../../../sandbox/fault-sweep/sweep.ts';
import { fillTinyDatabase } from '../../../sandbox/fault-sweep/tiny-database.ts';
import { withChangedMachine } from '../../../sandbox/fault-sweep/with-changed-machine.ts';
import { faultName, parseFault } from '../../../sandbox/faults/fault.ts';
import { faultWorldOf } from '../../../sandbox/faults/fault-world.ts';
import { type FaultInjector, makeFaultInjector } from '../../../sandbox/faults/injector.ts';
import { packageStage } from '../../../sandbox/package/package-stage.ts';
import { type Sandbox, startSandbox } from '../../../sandbox/sandbox.ts';
import { createSource } from '../../../sandbox/source.ts';
import { readOperationsFile } from '../../../shared/policy/read-file.ts';

const operationsFile = fileURLToPath(new URL('../../../operations.yml', import.meta.url));

/** A fixed sample: each kind, each service, the calls whose repetition could do harm. The command runs all of them. */
const sample = [
  { fault: 'takeWitness/rds:CreateDBSnapshot#1=timeout-after', status: /SUCCEEDED|FAILED/ },
  { fault: 'takeWitness/s3:PutObject#1=kill-lambda', status: /SUCCEEDED/ },
  { fault: 'startRestore/rds:RestoreDBInstanceFromDBSnapshot#1=duplicate', status: /SUCCEEDED/ },
  { fault: 'verifyTables/secretsmanager:GetSecretValue#1=throttle', status: /SUCCEEDED/ },
  { fault: 'deleteCopy/rds:DeleteDBInstance#1=timeout-before', status: /SUCCEEDED/ },
  { fault: 'recordEvidence/s3:PutObject#1=timeout-after', status: /SUCCEEDED/ },
  { fault: 'verifySchema/lambda:Invoke#1=error', status: /SUCCEEDED/ },
  { fault: 'publishOutcome/sns:Publish#1=error', status: /SUCCEEDED/ },
  { fault: 'takeWitness/postgres:Request#30=reset-sessions', status: /SUCCEEDED|FAILED/ },
  { fault: 'verifyTables/postgres:Request#12=end-sessions', status: /SUCCEEDED|FAILED/ },
  { fault: 'verifySchema/postgres:Request#8=freeze+1500', status: /SUCCEEDED/ },
  { workflow: 'office-hours', fault: 'stopDatabase/rds:StopDBInstance#1=timeout-after', status: /SUCCEEDED/ },
  { workflow: 'office-hours', fault: 'stopDatabase/rds:AddTagsToResource#1=kill-lambda', status: /SUCCEEDED/ },
  { workflow: 'office-hours', fault: 'startDatabase/rds:StartDBInstance#1=duplicate', status: /SUCCEEDED/ },
  { workflow: 'cost-report', fault: 'collectCosts/ce:GetCostAndUsage#2=timeout-after', status: /SUCCEEDED/ },
  { workflow: 'cost-report', fault: 'recordCostReport/s3:PutObject#1=kill-lambda', status: /SUCCEEDED/ },
];

/** Of the mistakes that `npm run fault-sweep -- --bugs` puts in, those that need no packaging. */
const bugs = deliberateBugs.filter((bug) => bug.machine !== undefined && sweptIn(bug) === 'backup-and-verify');

describe('workflows under faults', () => {
  let directory: string;
  let sandbox: Sandbox;
  let injector: FaultInjector;
  let scene: Scene;
  const lines: string[] = [];
  const fixture = (): FaultSweepFixture => ({
    scene,
    injector,
    workflow: 'backup-and-verify',
    takeLog: () => lines.splice(0).join('\n'),
  });

  beforeAll(async () => {
    directory = await mkdtemp(path.join(os.tmpdir(), 'pgd-sweep-'));
    await chmod(directory, 0o755); // Root's servers run as another user.
    const brisk = path.join(directory, 'operations.yml');
    await writeBriskOperations(operationsFile, brisk);
    const packageDirectory = path.join(directory, 'package');
    await packageStage('dev', packageDirectory, { environment: { ...process.env, OPERATIONS_FILE: brisk } });
    injector = makeFaultInjector({ world: () => faultWorldOf(sandbox) });
    sandbox = await startSandbox({
      packageDirectory,
      dataDirectory: path.join(directory, 'data'),
      region: 'us-east-1',
      ...sweepPace,
      intercept: injector.intercept,
      interceptDelivery: injector.interceptDelivery,
      onLog: (_region, group, { message }) => void lines.push(`${group.split('-').pop()} ${message}`),
    });
    const policy = readOperationsFile(brisk).stages.dev.databases['fantasy'];
    assert.ok(policy);
    await createSource(sandbox, { policy, fill: fillTinyDatabase });
    scene = await prepareScene(sandbox, 'fantasy', policy.instance);
  });
  afterAll(async () => {
    await injector?.close();
    await sandbox?.stop();
    await rm(directory, { recursive: true, force: true });
  });

  for (const [number, { workflow = 'backup-and-verify', fault, status }] of sample.entries()) {
    test(`${fault} breaks nothing that must hold`, async () => {
      const isLast = number === sample.length - 1;
      const result = await sweepOne(
        { ...fixture(), workflow },
        parseFault(fault),
        `sample-${number}`,
        isLast ? 'always' : 'after a failure',
      );
      assert.equal(result.struck, true, `${faultName(result.fault)} was not reached`);
      assert.deepEqual(result.violations, []);
      assert.match(result.status, status, result.error ?? '');
    });
  }

  for (const { title, machine, fault, finds } of bugs) {
    test(`a mistake is found: ${title}`, async () => {
      assert.ok(machine !== undefined && fault !== undefined);
      const { violations } = await withChangedMachine(sandbox, machine, () =>
        sweepOne(fixture(), parseFault(fault), `bug-${machine.workflow}`, 'never'),
      );
      assert.match(violations.join('\n'), finds);
    });
  }
});
