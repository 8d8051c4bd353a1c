import assert from 'node:assert/strict';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseFault } from '../../../sandbox/faults/fault.ts';
import { faultWorldOf } from '../../../sandbox/faults/fault-world.ts';
import { type FaultInjector, makeFaultInjector } from '../../../sandbox/faults/injector.ts';
import { type Sandbox, startSandbox } from '../../../sandbox/sandbox.ts';
import { workflowOf } from '../../../sandbox/template/workflow-of.ts';
import type { Intercept } from '../../../sandbox/wire/dispatch.ts';
import { processesIn } from './process.ts';

export const home = 'us-east-1';
const ownPackage = process.env['SANDBOX_PACKAGE'] ?? fileURLToPath(new URL('../../../dist/dev', import.meta.url));

export type FaultFixture = {
  readonly sandbox: Sandbox;
  readonly injector: FaultInjector;
  /** Everything that was logged. */
  readonly lines: string[];
  call<T = unknown>(service: string, operation: string, input: object, region?: string): Promise<T>;
  arm(...faults: string[]): Promise<void>;
  /** Fires the template's schedule: its role's call, and those of the machine, are what faults count. */
  fireSchedule(): Promise<void>;
  /** Also checks that no process is left. */
  close(): Promise<void>;
};

/** A sandbox without a source, whose calls and deliveries faults may strike. `around` stands between these and the caller. */
export async function openFaultFixture(
  around = (inner: Intercept): Intercept => inner,
  packageDirectory = ownPackage,
): Promise<FaultFixture> {
  const dataDirectory = await mkdtemp(path.join(os.tmpdir(), 'pgd-faults-'));
  await chmod(dataDirectory, 0o755); // Root's servers run as another user.
  const lines: string[] = [];
  const injector: FaultInjector = makeFaultInjector({ world: () => faultWorldOf(sandbox) });
  const sandbox = await startSandbox({
    packageDirectory,
    dataDirectory,
    region: home,
    speed: 1000,
    intercept: around(injector.intercept),
    interceptDelivery: injector.interceptDelivery,
    onLog: (_region, _group, { message }) => void lines.push(message),
  });
  return {
    sandbox,
    injector,
    lines,
    call: <T>(service: string, operation: string, input: object, region = home) =>
      sandbox.dispatch(service, operation, input, {
        region,
        caller: sandbox.credentials.operator.caller,
      }) as Promise<T>,
    arm: (...faults) => injector.arm(faults.map(parseFault)),
    fireSchedule: async () => {
      const rule = sandbox.template.rules.find(({ name }) => workflowOf(name) === 'nightly-backup');
      await sandbox.bus.fire(home, rule?.name ?? '');
    },
    close: async () => {
      await injector.close();
      await sandbox.stop();
      // A server that was still stopped could not have ended.
      assert.deepEqual(processesIn(dataDirectory), []);
      await rm(dataDirectory, { recursive: true });
    },
  };
}
