import type { ChildOutcome, MapRun } from './map-run.ts';
import type { Scope } from './scope.ts';

/**
 * Where a walk through a block of states stands. It always reports the state being visited and everything needed to
 * visit it again, so that a redrive continues from it; a Parallel or Map state keeps the frames of its inner walks.
 */
export type Frame = {
  state: string;
  input: unknown;
  readonly scope: Scope;
  /** Set once the current state's StateEntered event is written: a redrive does not write it again. */
  entered?: { readonly eventId: number; readonly time: Date } | undefined;
  children?: (Frame | undefined)[] | undefined;
  mapRun?: { readonly run: MapRun; readonly outcomes: (ChildOutcome | undefined)[] } | undefined;
  /** Set when the walk reached its end. */
  output?: { readonly value: unknown };
};

export function makeFrame(start: string, input: unknown, outer?: Scope): Frame {
  return { state: start, input, scope: { own: {}, ...(outer === undefined ? {} : { outer }) } };
}

export function moveTo(frame: Frame, state: string, input: unknown): void {
  frame.state = state;
  frame.input = input;
  frame.entered = undefined;
  frame.children = undefined;
  frame.mapRun = undefined;
}
