import { globSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { Evidence } from '../../shared/contracts/backup-and-verify.ts';
import { faultWorldOf } from '../faults/fault-world.ts';
import { makeFaultInjector } from '../faults/injector.ts';
import type { Sandbox } from '../sandbox.ts';
import { makeTerminal } from '../terminal/terminal.ts';
import { verdictLines } from '../terminal/verdict.ts';
import { makeWorkflowProgress } from '../terminal/workflow-progress.ts';
import type { CommandOptions } from './options.ts';
import { openSession, type Session } from './session.ts';

/** Runs one execution of a workflow and shows it: exit code 0 when it succeeded, 1 when not. */
export async function runCommand(options: CommandOptions): Promise<number> {
  requireWorkflow(options.workflow);
  const terminal = makeTerminal();
  const progress = makeWorkflowProgress(terminal);
  let session: Session | undefined;
  const injector = makeFaultInjector({
    world: () => {
      if (session === undefined) throw new Error('faults strike when the sandbox has started');
      return faultWorldOf(session.sandbox);
    },
  });
  session = await openSession(options, terminal, {
    intercept: injector.intercept,
    interceptDelivery: injector.interceptDelivery,
    onLog: (_region, _group, { message }) => progress.onLog(message),
  });
  try {
    const { sandbox, writers } = session;
    await injector.arm(options.faults);
    const machine = sandbox.template.stateMachines.find(({ name }) => name === `${options.workflow}-dev`);
    if (machine === undefined) throw new Error(`workflow '${options.workflow}' is not in the packaged template`);
    const name = `laptop-${new Date()
      .toISOString()
      .replace(/[^0-9]/g, '')
      .slice(0, 14)}`;
    terminal.line();
    terminal.line(`${options.workflow} of ${options.database}, execution ${name}`);
    sandbox.states.onEvent((event) => {
      if (event.kind !== 'history') return;
      if (event.executionArn.endsWith(`:${name}`)) progress.onHistory(event.event);
      // Nothing else runs here: a proof is the proof of this execution.
      else if (event.executionArn.includes(':prove-snapshot-')) progress.onChildHistory(event.event);
    });
    const { executionArn } = (await asOperator(sandbox, 'states', 'StartExecution', {
      stateMachineArn: machine.arn,
      name,
      input: JSON.stringify({ database: options.database }),
    })) as { executionArn: string };
    const end = await sandbox.states.waitForEnd(executionArn);
    const isGood = end.status === 'SUCCEEDED';
    progress.end(isGood);

    const prefix = `backup-and-verify/${options.database}/${name}`;
    const directory = path.resolve(options.reportsDirectory, `${options.database}-${name}`);
    const evidence = Evidence.parse(JSON.parse(await readObject(sandbox, `${prefix}/evidence.json`)));
    await mkdir(directory, { recursive: true });
    await writeFile(path.join(directory, 'evidence.json'), JSON.stringify(evidence, undefined, 2));
    await writeFile(path.join(directory, 'report.html'), await readObject(sandbox, `${prefix}/report.html`));

    terminal.line();
    for (const line of verdictLines(evidence)) terminal.line(line);
    if (writers !== undefined)
      terminal.line(
        `Writers    ${writers.committed()} transactions committed meanwhile, ${Math.round(writers.rate())} a second at the end`,
      );
    terminal.line(`Report     ${path.relative(process.cwd(), path.join(directory, 'report.html'))}`);
    return isGood ? 0 : 1;
  } finally {
    terminal.status('stopping');
    await injector.close();
    await session.close();
    terminal.clear();
  }
}

/** Before anything is started: a typing error should not take a minute to report. */
function requireWorkflow(workflow: string): void {
  const known = globSync('*.asl.yml', { cwd: new URL('../../statemachines/', import.meta.url) }).map((file) =>
    path.basename(file, '.asl.yml'),
  );
  if (!known.includes(workflow))
    throw new Error(`workflow '${workflow}' does not exist, known are '${known.join("', '")}'`);
}

function asOperator(sandbox: Sandbox, service: string, operation: string, input: unknown): Promise<unknown> {
  return sandbox.dispatch(service, operation, input, {
    region: sandbox.region,
    caller: sandbox.credentials.operator.caller,
  });
}

async function readObject(sandbox: Sandbox, key: string): Promise<string> {
  const bucket = sandbox.template.buckets.find(({ logicalId }) => logicalId === 'EvidenceBucket')?.name;
  const { Body } = (await asOperator(sandbox, 's3', 'GetObject', { Bucket: bucket, Key: key })) as {
    Body: Readable | Uint8Array;
  };
  return Body instanceof Uint8Array ? Buffer.from(Body).toString() : text(Body);
}
