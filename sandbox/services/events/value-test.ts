/** Whether one leaf of an event passes: a string, a number, true, false or null. `absent` passes when there is none. */
export type ValueTest =
  | { readonly kind: 'present'; readonly passes: (leaf: unknown) => boolean }
  | { readonly kind: 'absent' };

export const present = (passes: (leaf: unknown) => boolean): ValueTest => ({ kind: 'present', passes });

/** A test of strings only. */
export const text = (passes: (leaf: string) => boolean): ValueTest =>
  present((leaf) => typeof leaf === 'string' && passes(leaf));
