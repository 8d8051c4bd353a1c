import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { CommandLineError, coerceError } from '../../shared/errors.ts';
import { makeCallLog } from '../demo/call-log.ts';
import { parseFault } from '../faults/fault.ts';
import { faultWorldOf } from '../faults/fault-world.ts';
import { makeFaultInjector } from '../faults/injector.ts';
import { makeTerminal, type Terminal } from '../terminal/terminal.ts';
import { makeWorkflowProgress } from '../terminal/workflow-progress.ts';
import {
  type Drill,
  type DrillFacts,
  type DrillResult,
  type DrillScene,
  loadDrill,
  packaged,
} from '../workflows/drill.ts';
import { readEventFile } from '../workflows/event-file.ts';
import { runDrill } from '../workflows/run-drill.ts';
import { alarmDrillCommand } from './alarm-drill.ts';
import { drillListLines } from './drill-list.ts';
import type { CommandOptions } from './options.ts';
import { checkWritable } from './preflight.ts';
import { openSession, type Session } from './session.ts';

/**
 * Runs one execution of a workflow from an event file and shows it. Exit code 0: it came to what it should; 1: it did
 * not; 2, by the caller: it did not come to a run.
 */
export async function drillCommand(options: CommandOptions): Promise<number> {
  const terminal = makeTerminal();
  if (options.list) {
    for (const line of await drillListLines()) terminal.line(line);
    return 0;
  }
  if (options.workflow === 'alarms') return await alarmDrillCommand(options.only);
  // Before anything is started: a typing error should not take a minute to report.
  const drill = inDisaster(await loadDrill(options.workflow), options);
  const eventFile = options.event ?? packaged(drill.event);
  readEventFile(eventFile);
  checkWritable(path.resolve(options.reportsDirectory), '--reports');
  const progress = makeWorkflowProgress(terminal);
  let session: Session | undefined;
  const injector = makeFaultInjector({
    world: () => {
      if (session === undefined) throw new Error('faults strike when the sandbox has started');
      return faultWorldOf(session.sandbox);
    },
  });
  const calls = makeCallLog(injector.intercept);
  session = await openSession(sized(options, drill), terminal, {
    ...(drill.edits === undefined ? {} : { edits: drill.edits }),
    intercept: calls.intercept,
    interceptDelivery: injector.interceptDelivery,
    onLog: (_region, _group, { message }) => progress.onLog(message),
  });
  try {
    await using ends = new AsyncDisposableStack();
    const scene: DrillScene = {
      ...session,
      ends,
      database: options.database,
      calls,
      release: () => injector.release(),
      strike: async (faults) => injector.arm(faults.map(parseFault)),
    };
    const facts = await runDrill(scene, {
      workflow: options.workflow,
      drill,
      eventFile,
      progress,
      terminal,
      onReady: () => injector.arm([...options.faults, ...(drill.faults ?? []).map(parseFault)]),
    });
    return await showEnd(facts, drill, scene, session.writers, options, terminal);
  } finally {
    terminal.status('stopping');
    await injector.close();
    await session.close();
    terminal.clear();
  }
}

function inDisaster(drill: Drill, { workflow, regionDown }: CommandOptions): Drill {
  if (regionDown === undefined) return drill;
  if (drill.withoutRegion !== undefined) return drill.withoutRegion(regionDown);
  throw new CommandLineError(`'${workflow}' has no drill without a region`, {
    hints: ['npm run drill -- dr-promotion --region-down us-east-1'],
  });
}

const sized = (options: CommandOptions, { megabytes, writes }: Drill): CommandOptions => ({
  ...options,
  megabytes: Math.min(options.megabytes, megabytes ?? Number.POSITIVE_INFINITY),
  writesPerSecond: writes === true ? options.writesPerSecond : 0,
});

async function showEnd(
  facts: DrillFacts,
  drill: Drill,
  scene: DrillScene,
  writers: Session['writers'],
  options: CommandOptions,
  terminal: Terminal,
): Promise<number> {
  const isSucceeded = facts.status === 'SUCCEEDED';
  terminal.line();
  const shown = await drill.show(facts, scene).catch((error: unknown): DrillResult => {
    // A failed execution may have left nothing to show; one that succeeded may not.
    if (isSucceeded) throw error;
    return {
      lines: [`Error      ${facts.error}: ${facts.cause}`, `Nothing more to show: ${coerceError(error).message}`],
      files: new Map<string, string>(),
    };
  });
  for (const line of shown.lines) terminal.line(line);
  if (writers !== undefined)
    terminal.line(
      `Writers    ${writers.committed()} transactions committed meanwhile, ${Math.round(writers.rate())} a second at the end`,
    );
  await writeReport(
    shown.files,
    path.resolve(options.reportsDirectory, `${reportName(options)}-${facts.name}`),
    terminal,
  );
  return shown.exitCode ?? (isSucceeded && shown.isGood !== false ? 0 : 1);
}

/** The verdict stands on the terminal already: a full disk does not change it. */
export async function writeReport(
  files: ReadonlyMap<string, string>,
  directory: string,
  terminal: Pick<Terminal, 'line'>,
): Promise<void> {
  const [first] = files.keys();
  if (first === undefined) return;
  try {
    await mkdir(directory, { recursive: true });
    for (const [file, content] of files) await writeFile(path.join(directory, file), content);
    terminal.line(`Report     ${path.relative(process.cwd(), path.join(directory, first))}`);
  } catch (error) {
    terminal.line(`Report     NOT WRITTEN: ${coerceError(error).message}`);
    terminal.line('           Name another directory with --reports and run it again; the verdict above holds.');
  }
}

const reportName = ({ workflow, database }: CommandOptions): string =>
  workflow === 'backup-and-verify' ? database : workflow;
