import type { ParseArgsOptionsConfig } from 'node:util';

/** What a command understands. A word or an option that is not in it is refused before anything is done. */
export type Grammar<O extends ParseArgsOptionsConfig = ParseArgsOptionsConfig> = {
  /** As a person calls it: `npm run doctor --`. */
  readonly command: string;
  readonly options: O;
  /** What an option's value must be; answers what was expected when it is not. */
  readonly values?: { readonly [name in keyof O]?: (value: string) => string | undefined };
  /** By its first word; a command without actions has one, under the empty word. */
  readonly actions: Readonly<Record<string, Action>>;
  /** The first word that npm's script says itself: it is not among those that a person can type. */
  readonly saidByScript?: readonly string[];
};

export type Action = {
  /** How a person calls it, where that is not the command and the first word. */
  readonly called?: string;
  /** What follows, in the words of the help; one in square brackets may be absent. */
  readonly words: readonly string[];
  readonly options: readonly string[];
  /** Options that must be given. */
  readonly wants?: readonly string[];
};

export const oneOf =
  (...known: readonly string[]) =>
  (value: string): string | undefined =>
    known.includes(value) ? undefined : `one of ${known.join(', ')}`;

export const numberFrom =
  (least: number, most: number) =>
  (value: string): string | undefined =>
    value.trim() !== '' && Number.isFinite(Number(value)) && Number(value) >= least && Number(value) <= most
      ? undefined
      : `a number from ${least} to ${most}`;

export const wholeNumberFrom =
  (least: number, most: number) =>
  (value: string): string | undefined =>
    /^\d+$/.test(value.trim()) && numberFrom(least, most)(value) === undefined
      ? undefined
      : `a whole number from ${least} to ${most}`;

export const something = (value: string): string | undefined => (value.trim() === '' ? 'something' : undefined);
