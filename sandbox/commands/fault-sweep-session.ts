import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeBriskOperations } from '../fault-sweep/brisk-operations.ts';
import { prepareScene } from '../fault-sweep/scene.ts';
import { type FaultSweepFixture, sweepPace } from '../fault-sweep/sweep.ts';
import { CallRecorder } from '../fault-sweep/sweep-plan.ts';
import { fillTinyDatabase } from '../fault-sweep/tiny-database.ts';
import { faultWorldOf } from '../faults/fault-world.ts';
import { makeFaultInjector } from '../faults/injector.ts';
import type { SourceEdit } from '../package/package-stage.ts';
import type { Terminal } from '../terminal/terminal.ts';
import type { CommandOptions } from './options.ts';
import { openSession, type Session } from './session.ts';

const operationsFile = fileURLToPath(new URL('../../operations.yml', import.meta.url));

/** A sandbox with a tiny source and a verified backup, ready for faults, for as long as `run` lasts. */
export async function withFaultSweepFixture<T>(
  options: CommandOptions,
  terminal: Terminal,
  edits: readonly SourceEdit[],
  run: (fixture: FaultSweepFixture, recorder: CallRecorder) => Promise<T>,
): Promise<T> {
  const temporary = await mkdtemp(path.join(os.tmpdir(), 'pg-gameday-sweep-'));
  // Ctrl-C ends the process from within the session.
  const removeTemporary = () => rmSync(temporary, { recursive: true, force: true });
  process.once('exit', removeTemporary);
  const givenOperations = process.env['OPERATIONS_FILE'];
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
    const operations = path.join(temporary, 'operations.yml');
    await writeBriskOperations(givenOperations ?? operationsFile, operations, options.database);
    process.env['OPERATIONS_FILE'] = operations;
    session = await openSession({ ...options, writesPerSecond: 0, speed: sweepPace.speed }, terminal, {
      intercept: injector.intercept,
      interceptDelivery: injector.interceptDelivery,
      leastWait: sweepPace.leastWait,
      fill: fillTinyDatabase,
      edits,
      onLog: (_region, group, { message }) => void log.push(`${group.split('/').pop()} ${message}`),
    });
    terminal.status('a verified backup, and what nobody may touch');
    const scene = await prepareScene(session.sandbox, options.database, session.source.instance);
    const takeLog = () => log.splice(0).join('\n');
    return await run({ scene, injector, workflow: options.workflow, takeLog }, recorder);
  } finally {
    log = [];
    await injector.close();
    await session?.close();
    if (givenOperations === undefined) delete process.env['OPERATIONS_FILE'];
    else process.env['OPERATIONS_FILE'] = givenOperations;
    process.off('exit', removeTemporary);
    removeTemporary();
    terminal.clear();
  }
}
