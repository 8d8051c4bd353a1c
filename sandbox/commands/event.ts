import path from 'node:path';
import { errorChain } from '../../shared/errors.ts';
import type { Sandbox } from '../sandbox.ts';
import { type BusEvent, emitEvent, eventOf, readEventFile } from '../workflows/event-file.ts';
import { askSocket } from './control-socket.ts';
import { defaultDataDirectory, findRunning } from './lock.ts';
import type { CommandOptions } from './options.ts';

/**
 * Hands an event of events/ to a running sandbox, as its source would: PutEvents takes none of AWS's own sources. Exit
 * code 3 when nothing is running.
 */
export async function eventCommand({ event: file = '', dataDirectory }: CommandOptions): Promise<number> {
  const read = readEventFile(file);
  if ('input' in read) {
    throw new Error(
      `event file '${file}' is the input of an execution, expected an event of EventBridge\nHINT: Start the workflow with it: npm run drill -- <workflow> ${file}.`,
    );
  }
  const directory = path.resolve(dataDirectory ?? defaultDataDirectory());
  const running = findRunning(directory);
  if (running === undefined) {
    console.log('no sandbox is running');
    return 3;
  }
  if (running.control === null) {
    throw new Error(`sandbox with pid ${running.pid} is not ready yet\nHINT: Wait until it says so, then send again.`);
  }
  console.log(await askSocket(running.control, read));
  return 0;
}

/** What a running sandbox does with such a request. Whoever sends it may send anything. */
export const answerEvent = (sandbox: Sandbox) => async (request: unknown) => {
  const event = eventOf((request as { event?: unknown } | null)?.event, 'request');
  try {
    const region = regionOf(sandbox, event);
    await emitEvent(sandbox, event, region);
    return `'${event['detail-type']}' of ${event.source} is sent in ${region}`;
  } catch (error) {
    // A delivery that fails is told whole: the cause is what the sender looks for.
    throw new Error(
      errorChain(error)
        .map(({ message }) => message)
        .join('\ncaused by: '),
    );
  }
};

function regionOf(sandbox: Sandbox, { region = sandbox.region }: BusEvent): string {
  const regions = sandbox.stacks.map((stack) => stack.region);
  if (regions.includes(region)) return region;
  throw new Error(
    `region '${region}' of the event has no stack\nHINT: The stage is deployed in ${regions.join(', ')}.`,
  );
}
