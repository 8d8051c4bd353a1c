import type { StatesBlock } from './definition.ts';
import type { Frame } from './frame.ts';
import type { Thread } from './history.ts';
import type { Run } from './run.ts';
import type { MapItem } from './visit.ts';

/** Walks a block from its frame's state to its end: a state that holds blocks is given it by the one that walks. */
export type Walk = (
  block: StatesBlock,
  frame: Frame,
  run: Run,
  thread: Thread,
  signal: AbortSignal,
  item?: MapItem,
) => Promise<unknown>;
