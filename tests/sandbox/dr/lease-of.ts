import assert from 'node:assert/strict';
import { leaseRegisters } from '../../../sandbox/demo/lease-registers.ts';
import { workflowOf } from '../../../sandbox/template/workflow-of.ts';
import type { LeasePassReport, RenewLeaseOutput } from '../../../shared/contracts/keep-lease/keep-lease.ts';
import type { FaultFixture } from '../../support/sandbox/injector.ts';

/** The lease of the demo: its registers, and the agents of the two regions. */
export function leaseOf(fixture: FaultFixture) {
  /** One pass of the agent of a region. */
  async function pass(region: string): Promise<LeasePassReport> {
    const { sandbox } = fixture;
    const rules = sandbox.stacks.find((stack) => stack.region === region)?.rules ?? [];
    let started: string | undefined;
    const stopListening = sandbox.states.onEvent((event) => {
      if (event.kind === 'history' && event.executionArn.includes(':execution:keep-lease-'))
        started ??= event.executionArn;
    });
    await sandbox.bus.fire(region, rules.find(({ name }) => workflowOf(name) === 'keep-lease')?.name ?? '');
    stopListening();
    const { output, ...ended } = await sandbox.states.waitForEnd(started ?? '');
    const { report, failure } = JSON.parse(output ?? '{}') as { report: RenewLeaseOutput | null; failure: unknown };
    const [found] = report?.databases ?? [];
    assert.ok(found, JSON.stringify([failure, ended]));
    return found;
  }
  const registers = () => leaseRegisters(fixture.sandbox, 'fantasy');
  const holders = () =>
    Promise.all(
      registers().map(async (register) => {
        const { epoch, holder } = (await register.read()).content;
        return `${epoch} ${holder}`;
      }),
    );
  return { pass, registers, holders };
}
