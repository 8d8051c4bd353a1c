import type { MapState } from '../definition.ts';
import type { MapItem, Visit } from '../visit.ts';

/** What a Map state goes over: an array; a distributed one also an object, whose members become `{ Key, Value }`. */
export async function evaluateItems(state: MapState, visit: Visit): Promise<MapItem[]> {
  const items = state.Items === undefined ? visit.input : await visit.evaluate(state.Items, 'Items');
  if (state.ItemProcessor.ProcessorConfig?.Mode !== 'DISTRIBUTED' && !Array.isArray(items)) {
    return visit.unexpectedType(state.Items, 'Items', 'array', items);
  }
  return toMapItems(items, visit, 'Items');
}

export function toMapItems(items: unknown, visit: Visit, field: string): MapItem[] {
  if (Array.isArray(items)) {
    return items.map((Value, Index) => ({ Index, Value }));
  }
  if (typeof items === 'object' && items !== null) {
    return Object.entries(items).map(([Key, Value], Index) => ({ Index, Key, Value }));
  }
  const kind = items === null ? 'null' : typeof items;
  return visit.fail(
    `The field '${field}' returned an unexpected result type. Expected 'array' or 'object', but was '${kind}'.`,
    field,
  );
}

/** The input of one iteration: the ItemSelector's value, or the item itself. */
export async function selectItem(state: MapState, visit: Visit, item: MapItem): Promise<unknown> {
  if (state.ItemSelector !== undefined) {
    return await visit.evaluate(state.ItemSelector, 'ItemSelector', { item });
  }
  return item.Key === undefined ? item.Value : { Key: item.Key, Value: item.Value };
}
