import type { MapState } from '../definition.ts';
import { StatesError, toStatesError } from '../states-error.ts';
import type { MapItem, Visit } from '../visit.ts';
import { toMapItems } from './map-items.ts';

type ReaderConfig = { readonly InputType?: string; readonly MaxItems?: number };

/** Reads the items of a distributed Map from S3: an object of JSON or JSON lines, or a listing of objects. */
export async function readItems(reader: NonNullable<MapState['ItemReader']>, visit: Visit): Promise<MapItem[]> {
  const taskArguments = await visit.evaluate(reader.Arguments ?? {}, 'ItemReader/Arguments');
  const config: ReaderConfig = Object(await visit.evaluate(reader.ReaderConfig ?? {}, 'ItemReader/ReaderConfig'));
  let items: unknown;
  const call = (fields: unknown) =>
    visit.run.tasks(reader.Resource, fields, {
      signal: visit.signal,
      taskToken: undefined,
      stateName: visit.name,
      executionArn: visit.run.context().Execution.Id,
      heartbeat: () => {},
      submitted: () => {},
    });
  try {
    items = reader.Resource.endsWith(':listObjectsV2')
      ? await listAll(taskArguments, call)
      : parseBody(await call(taskArguments), config);
  } catch (thrown) {
    visit.signal.throwIfAborted();
    const failure = toStatesError(thrown);
    throw new StatesError('States.ItemReaderFailed', failure.causeText ?? failure.error);
  }
  const all = toMapItems(items, visit, 'ItemReader');
  return config.MaxItems === undefined ? all : all.slice(0, config.MaxItems);
}

/** S3 lists a thousand objects at a time; the items are all of them. */
async function listAll(taskArguments: unknown, call: (fields: unknown) => Promise<unknown>): Promise<unknown[]> {
  const items: unknown[] = [];
  let token: unknown;
  do {
    const answer = await call(
      token === undefined ? taskArguments : { ...Object(taskArguments), ContinuationToken: token },
    );
    const contents = member(answer, 'Contents');
    items.push(...(Array.isArray(contents) ? contents : []));
    token = member(answer, 'NextContinuationToken');
  } while (typeof token === 'string');
  return items;
}

function parseBody(answer: unknown, config: ReaderConfig): unknown {
  const body = String(member(answer, 'Body'));
  switch (config.InputType ?? 'JSON') {
    case 'JSON':
      return JSON.parse(body);
    case 'JSONL':
      return body
        .split('\n')
        .filter((line) => line.trim() !== '')
        .map((line) => JSON.parse(line));
    default:
      throw new StatesError(
        'States.ItemReaderFailed',
        `The sandbox does not read items of type '${config.InputType}'.`,
      );
  }
}

function member(answer: unknown, name: string): unknown {
  return typeof answer === 'object' && answer !== null ? Reflect.get(answer, name) : undefined;
}
