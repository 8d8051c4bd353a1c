import type { DeliberateBug } from '../fault-sweep/deliberate-bug.ts';
import { deliberateBugs, sweptIn } from '../fault-sweep/deliberate-bugs.ts';
import { type FaultSweepFixture, learn, sweepOne } from '../fault-sweep/sweep.ts';
import type { CallRecorder } from '../fault-sweep/sweep-plan.ts';
import { withChangedMachine } from '../fault-sweep/with-changed-machine.ts';
import { parseFault } from '../faults/fault.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { withFaultSweepFixture } from './fault-sweep-session.ts';
import type { CommandOptions } from './options.ts';

/** Puts mistakes into copies of the system, one at a time. Exit code 1 when a sweep would not have found one. */
export async function sweepBugs(options: CommandOptions, terminal: Terminal): Promise<number> {
  const bugs = deliberateBugs.filter((bug) => sweptIn(bug) === options.workflow);
  if (bugs.length === 0) {
    const known = [...new Set(deliberateBugs.map(sweptIn))].join("', '");
    throw new Error(`no deliberate bug is of '${options.workflow}', they are of '${known}'`);
  }
  let missed = 0;
  const report = (bug: DeliberateBug, said: readonly string[]) => {
    const found = said.find((violation) => bug.finds.test(violation));
    if (found === undefined) missed += 1;
    terminal.line(`${found === undefined ? '✖ not found' : '✔ found'}: ${bug.title}`);
    for (const violation of found === undefined ? said : [found]) terminal.line(`    ${violation}`);
  };
  for (const bug of bugs.filter(({ edits }) => edits !== undefined)) {
    await withFaultSweepFixture(options, terminal, bug.edits ?? [], async (fixture, recorder) => {
      terminal.status(bug.title);
      report(bug, await violationsUnder(fixture, recorder, bug));
    });
  }
  const ofMachines = bugs.filter(({ machine }) => machine !== undefined);
  if (ofMachines.length === 0) return missed === 0 ? 0 : 1;
  await withFaultSweepFixture(options, terminal, [], async (fixture, recorder) => {
    for (const bug of ofMachines) {
      if (bug.machine === undefined) continue;
      terminal.status(bug.title);
      report(
        bug,
        await withChangedMachine(fixture.scene.sandbox, bug.machine, () => violationsUnder(fixture, recorder, bug)),
      );
    }
  });
  return missed === 0 ? 0 : 1;
}

/** What a run without faults shows; when that is nothing and the bug has a fault, what a run under this one shows. */
async function violationsUnder(
  fixture: FaultSweepFixture,
  recorder: CallRecorder,
  { fault: name }: DeliberateBug,
): Promise<readonly string[]> {
  const learnt = await learn(fixture, recorder);
  if (learnt.violations.length > 0 || name === undefined) return learnt.violations;
  const { violations, struck } = await sweepOne(fixture, parseFault(name), `bug-${Date.now().toString(36)}`, 'never');
  return struck ? violations : [...violations, `the fault '${name}' was not reached`];
}
