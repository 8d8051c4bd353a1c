import type { MapState } from '../definition.ts';
import { withRetryAndCatch } from '../retry-catch.ts';
import { conclude, type Step } from '../step.ts';
import type { Visit } from '../visit.ts';
import type { Walk } from '../walk-block.ts';
import { runDistributed } from './map-distributed.ts';
import { runInline } from './map-inline.ts';

export async function performMap(state: MapState, visit: Visit, walk: Walk): Promise<Step> {
  return await withRetryAndCatch(state, visit, async () => {
    const result = isDistributed(state) ? await runDistributed(state, visit) : await runInline(state, visit, walk);
    return await conclude(visit, state, '', { result }, result, state.Next);
  });
}

export function isDistributed(state: MapState): boolean {
  return state.ItemProcessor.ProcessorConfig?.Mode === 'DISTRIBUTED';
}
