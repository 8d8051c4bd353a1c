import type { MapState } from '../definition.ts';
import type { MapItem, Visit } from '../visit.ts';
import { selectItem } from './map-items.ts';

/** The input of one child execution, and how many items it stands for when failures are counted. */
export type Batch = { readonly input: unknown; readonly itemCount: number };

type Batcher = {
  readonly MaxItemsPerBatch?: number;
  readonly MaxInputBytesPerBatch?: number;
  readonly BatchInput?: unknown;
};

export async function makeBatches(state: MapState, visit: Visit, items: readonly MapItem[]): Promise<Batch[]> {
  const inputs: unknown[] = [];
  for (const item of items) {
    inputs.push(await selectItem(state, visit, item));
  }
  if (state.ItemBatcher === undefined) {
    return inputs.map((input) => ({ input, itemCount: 1 }));
  }
  const batcher: Batcher = Object(await visit.evaluate(state.ItemBatcher, 'ItemBatcher'));
  const fixed = batcher.BatchInput === undefined ? {} : { BatchInput: batcher.BatchInput };
  const fits = (group: readonly unknown[]) =>
    group.length <= (batcher.MaxItemsPerBatch ?? Number.POSITIVE_INFINITY) &&
    Buffer.byteLength(JSON.stringify({ ...fixed, Items: group })) <= (batcher.MaxInputBytesPerBatch ?? 262_144);
  const batches: Batch[] = [];
  let group: unknown[] = [];
  const close = () => {
    if (group.length > 0) {
      batches.push({ input: { ...fixed, Items: group }, itemCount: group.length });
    }
  };
  for (const input of inputs) {
    if (group.length > 0 && !fits([...group, input])) {
      close();
      group = [];
    }
    group.push(input);
  }
  close();
  return batches;
}
