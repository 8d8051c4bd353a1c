import { openProgressFile } from '../fault-sweep/progress-file.ts';
import { type FaultSweepFixture, learn, planOf, sweepOne, tableOf } from '../fault-sweep/sweep.ts';
import { type CallRecorder, sampleOf } from '../fault-sweep/sweep-plan.ts';
import { type Fault, faultName } from '../faults/fault.ts';
import { makeTerminal, type Terminal } from '../terminal/terminal.ts';
import { loadDrill } from '../workflows/drill.ts';
import { sweepBugs } from './fault-sweep-bugs.ts';
import { withFaultSweepFixture } from './fault-sweep-session.ts';
import type { CommandOptions } from './options.ts';
import { interrupted } from './session.ts';

/** After every k-th fault the workflow runs again without one. */
const repeatEvery = 10;

/**
 * Learns the calls of a clean run, and then runs the workflow once for each call and kind of fault on the same sandbox
 * and source. Exit code 1 when anything that must hold did not.
 */
export async function faultSweepCommand(options: CommandOptions): Promise<number> {
  const terminal = makeTerminal();
  await loadDrill(options.workflow); // An unknown workflow is told before a minute has passed.
  if (options.bugs) return sweepBugs(options, terminal);
  const progress = openProgressFile(options.resume);
  return withFaultSweepFixture(options, terminal, [], async (fixture, recorder) => {
    const wanted = options.faults.length > 0 ? options.faults : await chosen(fixture, recorder, options, terminal);
    const left = wanted.filter((fault) => !progress.has(faultName(fault)));
    terminal.line(`${wanted.length} faults wanted, ${left.length} to run (seed ${options.seed})`);
    for (const [number, fault] of left.entries()) {
      const title = `${number + 1} of ${left.length}  ${faultName(fault)}`;
      terminal.status(title, Date.now());
      const name = `sweep-${options.seed}-${progress.results.length + 1}-${Date.now().toString(36)}`;
      const result = await sweepOne(fixture, fault, name, number % repeatEvery === 0 ? 'always' : 'after a failure');
      if (process.exitCode === interrupted) return interrupted; // What a person ended proves nothing.
      progress.add(result);
      const sign = result.violations.length > 0 ? '✖' : '✔';
      const end = result.struck ? `${result.status} ${result.error ?? ''}` : `${result.status}, fault not reached`;
      terminal.line(`${sign} ${title}: ${end} ${(result.milliseconds / 1000).toFixed(1)} s`);
      for (const violation of result.violations) terminal.line(`    ${violation}`);
    }
    terminal.line();
    for (const line of tableOf(progress.results)) terminal.line(line);
    return progress.results.some(({ violations }) => violations.length > 0) ? 1 : 0;
  });
}

/** What can strike the calls of a clean run, or as many of it as are asked for. */
async function chosen(
  fixture: FaultSweepFixture,
  recorder: CallRecorder,
  { seed, sample }: CommandOptions,
  terminal: Terminal,
): Promise<readonly Fault[]> {
  terminal.status('a run without faults');
  const learnt = await learn(fixture, recorder);
  if (learnt.violations.length > 0)
    throw new Error(`a run without faults breaks what must hold:\n${learnt.violations.join('\n')}`);
  const plan = await planOf(fixture, learnt, seed);
  terminal.line(`${learnt.points.length} calls, ${plan.length} faults`);
  return sample === 0 ? plan : sampleOf(plan, sample, seed);
}
