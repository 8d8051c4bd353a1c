import { readFileSync } from 'node:fs';
import type { Sandbox } from '../sandbox.ts';

/** An event as EventBridge delivers it: from AWS itself, or from an application. */
export type BusEvent = {
  readonly source: string;
  readonly 'detail-type': string;
  readonly detail: object;
  readonly resources?: readonly string[];
  /** Where it happened; the first region of the stage when it is not said. */
  readonly region?: string;
};

/** A file of events/: the input of an execution, or an event of EventBridge. Throws when it is neither. */
export function readEventFile(file: string): { readonly input: object } | { readonly event: BusEvent } {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw new Error(
      `event file '${file}' ${isMissing ? 'does not exist' : `is no JSON: ${(error as Error).message}`}\nHINT: Those of the repository are in events/<workflow>/.`,
    );
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Error(
      `event file '${file}' is no JSON object\nHINT: Write the input of an execution, or an event of EventBridge.`,
    );
  }
  const { source, 'detail-type': detailType } = value as Partial<BusEvent>;
  if (source === undefined && detailType === undefined) return { input: value };
  return { event: eventOf(value, `event file '${file}'`) };
}

/** Throws where a part that a rule could look at is missing. */
export function eventOf(value: unknown, what: string): BusEvent {
  const { source, 'detail-type': detailType, detail, resources, region } = (value ?? {}) as Partial<BusEvent>;
  const isEvent =
    typeof source === 'string' && typeof detailType === 'string' && typeof detail === 'object' && detail !== null;
  const isPlaced = region === undefined || typeof region === 'string';
  const isAbout =
    resources === undefined || (Array.isArray(resources) && resources.every((one) => typeof one === 'string'));
  if (isEvent && isPlaced && isAbout) return value as BusEvent;
  throw new Error(
    `${what} is half an event of EventBridge: observed ${Object.keys(value ?? {}).join(', ')}, expected source, detail-type and detail`,
  );
}

/**
 * Hands an event to the bus as its source would: AWS's own go past PutEvents, which refuses them; a schedule's fires the
 * rule that it names.
 */
export async function emitEvent(sandbox: Sandbox, event: BusEvent, region = sandbox.region): Promise<void> {
  if (event.source === 'aws.events' && event['detail-type'] === 'Scheduled Event') {
    const rule = event.resources?.[0]?.split(':rule/').at(-1) ?? '';
    const stack = sandbox.stacks.find((one) => one.region === region) ?? sandbox.template;
    if (!stack.rules.some(({ name }) => name === rule)) {
      throw new Error(
        `rule '${rule}' of the event does not exist\nHINT: Rules of ${region} are ${stack.rules.map(({ name }) => name).join(', ')}.`,
      );
    }
    return sandbox.bus.fire(region, rule);
  }
  await sandbox.bus.emit(region, {
    source: event.source,
    detailType: event['detail-type'],
    detail: event.detail,
    resources: [...(event.resources ?? [])],
  });
}
