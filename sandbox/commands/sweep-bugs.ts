import { type DeliberateBug, deliberateBugs } from '../faults/deliberate-bugs.ts';
import { faultName } from '../faults/fault.ts';
import { learn, planOf, type SweepBed, sweepOne } from '../faults/sweep.ts';
import type { CallRecorder } from '../faults/sweep-plan.ts';
import { withChangedMachine } from '../faults/with-changed-machine.ts';
import type { Terminal } from '../terminal/terminal.ts';
import type { CommandOptions } from './options.ts';
import { withSweepBed } from './sweep-session.ts';

/** Puts mistakes into copies of the system, one at a time. Exit code 1 when a sweep would not have found one. */
export async function sweepBugs(options: CommandOptions, terminal: Terminal): Promise<number> {
  if (options.workflow !== 'backup-and-verify') {
    throw new Error(`deliberate bugs are of 'backup-and-verify', not of '${options.workflow}'`);
  }
  let missed = 0;
  const tell = (bug: DeliberateBug, said: readonly string[]) => {
    const found = said.find((violation) => bug.finds.test(violation));
    if (found === undefined) missed += 1;
    terminal.line(`${found === undefined ? '✖ not found' : '✔ found'}: ${bug.title}`);
    for (const violation of found === undefined ? said : [found]) terminal.line(`    ${violation}`);
  };
  for (const bug of deliberateBugs.filter(({ edits }) => edits !== undefined)) {
    await withSweepBed(options, terminal, bug.edits ?? [], async (bed, recorder) => {
      terminal.status(bug.title);
      tell(bug, await violationsUnder(bed, recorder, bug));
    });
  }
  await withSweepBed(options, terminal, [], async (bed, recorder) => {
    for (const bug of deliberateBugs) {
      if (bug.machine === undefined) continue;
      terminal.status(bug.title);
      tell(bug, await withChangedMachine(bed.ground.sandbox, bug.machine, () => violationsUnder(bed, recorder, bug)));
    }
  });
  return missed === 0 ? 0 : 1;
}

/** What a run without faults shows; when that is nothing and the bug has a fault, what a run under this one shows. */
async function violationsUnder(
  bed: SweepBed,
  recorder: CallRecorder,
  { title, fault: name }: DeliberateBug,
): Promise<readonly string[]> {
  const learnt = await learn(bed, recorder);
  if (learnt.violations.length > 0 || name === undefined) return learnt.violations;
  const fault = planOf(bed, learnt, 1).find((one) => faultName(one) === name);
  if (fault === undefined) throw new Error(`fault '${name}' of the bug '${title}' is not in the plan of a sweep`);
  const { violations } = await sweepOne(bed, fault, `bug-${Date.now().toString(36)}`, 'never');
  return violations;
}
