import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeBriskOperations } from '../faults/brisk-operations.ts';
import { faultName } from '../faults/fault.ts';
import { faultWorldOf } from '../faults/fault-world.ts';
import { prepareGround } from '../faults/ground.ts';
import { makeFaultInjector } from '../faults/injector.ts';
import { openProgressFile } from '../faults/progress-file.ts';
import { learn, planOf, type SweepBed, sweepOne, tableOf } from '../faults/sweep.ts';
import { CallRecorder, sampleOf } from '../faults/sweep-plan.ts';
import { fillTinyDatabase } from '../faults/tiny-database.ts';
import { makeTerminal } from '../terminal/terminal.ts';
import type { CommandOptions } from './options.ts';
import { interrupted, openSession, type Session } from './session.ts';

const leastSpeed = 1000;
/** After every k-th fault the workflow runs again without one. */
const repeatEvery = 10;
const operationsFile = fileURLToPath(new URL('../../operations.yml', import.meta.url));

/**
 * Learns the calls of a clean run, and then runs the workflow once for each call and kind of fault on the same sandbox
 * and source. Exit code 1 when anything that must hold did not.
 */
export async function sweepCommand(options: CommandOptions): Promise<number> {
  const terminal = makeTerminal();
  const progress = openProgressFile(options.resume);
  const temporary = await mkdtemp(path.join(os.tmpdir(), 'pg-gameday-sweep-'));
  // Ctrl-C ends the process from within the session.
  const removeTemporary = () => rmSync(temporary, { recursive: true, force: true });
  process.once('exit', removeTemporary);
  let session: Session | undefined;
  let log: string[] = [];
  const recorder = new CallRecorder();
  const injector = makeFaultInjector({
    world: () => {
      if (session === undefined) throw new Error('faults strike when the sandbox has started');
      return faultWorldOf(session.sandbox);
    },
    onCall: (site, nth) => recorder.note(site, nth),
    watchesRequests: () => recorder.isOn,
  });
  try {
    process.env['OPERATIONS_FILE'] ??= path.join(temporary, 'operations.yml');
    await writeBriskOperations(operationsFile, path.join(temporary, 'operations.yml'), options.database);
    session = await openSession({ ...options, writesPerSecond: 0, speed: leastSpeed }, terminal, {
      intercept: injector.intercept,
      interceptDelivery: injector.interceptDelivery,
      fill: fillTinyDatabase,
      onLog: (_region, group, { message }) => void log.push(`${group.split('-').pop()} ${message}`),
    });
    const takeLog = () => log.splice(0).join('\n');
    terminal.status('a verified backup, and what nobody may touch');
    const ground = await prepareGround(session.sandbox, options.database, session.source.instance);
    const bed: SweepBed = { ground, injector, workflow: options.workflow, takeLog };
    terminal.status('a run without faults');
    const learnt = await learn(bed, recorder);
    const plan = planOf(bed, learnt, options.seed);
    const wanted = options.sample === 0 ? plan : sampleOf(plan, options.sample, options.seed);
    const left = wanted.filter((fault) => !progress.has(faultName(fault)));
    terminal.line(
      `${learnt.points.length} calls, ${plan.length} faults, ${wanted.length} wanted, ${left.length} to run (seed ${options.seed})`,
    );
    for (const [number, fault] of left.entries()) {
      const title = `${number + 1} of ${left.length}  ${faultName(fault)}`;
      terminal.status(title, Date.now());
      const name = `sweep-${options.seed}-${progress.results.length + 1}-${Date.now().toString(36)}`;
      const result = await sweepOne(bed, fault, name, number % repeatEvery === 0);
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
  } finally {
    log = [];
    await injector.close();
    await session?.close();
    process.off('exit', removeTemporary);
    removeTemporary();
    terminal.clear();
  }
}
