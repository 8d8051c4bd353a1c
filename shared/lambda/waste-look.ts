import type { WasteFinding } from '../contracts/waste.ts';

/** One look at a part of what is paid for; a part that cannot be read is named, and the others are told all the same. */
export type Look = {
  readonly part: string;
  readonly region: string;
  read(): Promise<readonly WasteFinding[]>;
};
