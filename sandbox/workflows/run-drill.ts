import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { Sandbox } from '../sandbox.ts';
import type { Terminal } from '../terminal/terminal.ts';
import type { WorkflowProgress } from '../terminal/workflow-progress.ts';
import type { Drill, DrillFacts, DrillScene } from './drill.ts';
import { emitEvent, readEventFile } from './event-file.ts';

/** Milliseconds within which an event must have started its workflow. */
const startBound = 30_000;

export type DrillRun = {
  readonly workflow: string;
  readonly drill: Drill;
  /** The path of a file of events/. */
  readonly eventFile: string;
  readonly progress: WorkflowProgress;
  readonly terminal: Pick<Terminal, 'line'>;
  /** When everything lies there, before the workflow starts. */
  readonly onReady?: () => Promise<void>;
};

/** Puts down what the run is to find, starts the workflow from the event file, and waits for the end of its execution. */
export async function runDrill(scene: DrillScene, run: DrillRun): Promise<DrillFacts> {
  const { sandbox, database } = scene;
  const start = readEventFile(run.eventFile);
  const found = (await run.drill.prepare?.(scene, 'input' in start ? start.input : {})) ?? {};
  await run.onReady?.();
  return execute(scene, run, async () => {
    if ('event' in start) return emitEvent(sandbox, start.event);
    const named = 'database' in start.input ? { database } : {};
    await asOperator(sandbox, stackOf(sandbox, run.drill), 'states', 'StartExecution', {
      stateMachineArn: machineOf(stackOf(sandbox, run.drill), run.workflow),
      name: `laptop-${new Date()
        .toISOString()
        .replace(/[^0-9]/g, '')
        .slice(0, 14)}`,
      input: JSON.stringify({ ...start.input, ...named, ...found }),
    });
  });
}

async function execute(
  { sandbox, database }: DrillScene,
  { workflow, drill, progress, terminal, eventFile }: DrillRun,
  start: () => Promise<void>,
): Promise<DrillFacts> {
  const own = `:execution:${workflow}-dev:`;
  let arn: string | undefined;
  let began: (arn: string) => void = () => {};
  const begun = new Promise<string>((resolve) => {
    began = resolve;
  });
  const stopListening = sandbox.states.onEvent((event) => {
    if (event.kind !== 'history') return;
    if (arn === undefined && event.executionArn.includes(own)) {
      arn = event.executionArn;
      terminal.line();
      terminal.line(`${workflow} of ${database}, execution ${arn.split(':').at(-1)}`);
      began(arn);
    }
    if (event.executionArn === arn) progress.onHistory(event.event);
    // Nothing else runs here: a proof is the proof of this execution.
    else if (workflow === 'backup-and-verify' && event.executionArn.includes(':execution:prove-snapshot-dev:'))
      progress.onChildHistory(event.event);
  });
  try {
    await start();
    const executionArn = await within(begun, startBound, `nothing of '${eventFile}' has started '${workflow}'`);
    const { status, error, cause, output } = await sandbox.states.waitForEnd(executionArn);
    progress.end(status === 'SUCCEEDED');
    return {
      name: executionArn.split(':').at(-1) ?? '',
      arn: executionArn,
      status,
      error: error ?? undefined,
      cause: cause ?? undefined,
      output: output == null ? null : (JSON.parse(output) as unknown),
      read: (key) => readObject(sandbox, stackOf(sandbox, drill), key),
    };
  } finally {
    stopListening();
  }
}

type Stack = Sandbox['stacks'][number];

function stackOf({ stacks, template }: Sandbox, { inSecondRegion = false }: Drill): Stack {
  return (inSecondRegion ? stacks.find(({ region }) => region !== template.region) : undefined) ?? template;
}

function machineOf(stack: Stack, workflow: string): string {
  const machine = stack.stateMachines.find(({ name }) => name === `${workflow}-dev`);
  if (machine === undefined) throw new Error(`workflow '${workflow}' is not in the packaged template`);
  return machine.arn;
}

async function within<T>(promise: Promise<T>, milliseconds: number, why: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${why}\nHINT: Does its rule match the event?`)), milliseconds);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

function asOperator(
  sandbox: Sandbox,
  { region }: Stack,
  service: string,
  operation: string,
  input: unknown,
): Promise<unknown> {
  return sandbox.dispatch(service, operation, input, {
    region,
    caller: sandbox.credentials.operator.caller,
  });
}

async function readObject(sandbox: Sandbox, stack: Stack, key: string): Promise<string> {
  const bucket = stack.buckets.find(({ logicalId }) => logicalId === 'EvidenceBucket')?.name;
  const { Body } = (await asOperator(sandbox, stack, 's3', 'GetObject', { Bucket: bucket, Key: key })) as {
    Body: Readable | Uint8Array;
  };
  return Body instanceof Uint8Array ? Buffer.from(Body).toString() : text(Body);
}
