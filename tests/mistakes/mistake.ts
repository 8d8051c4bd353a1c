/** Deliberate mistakes in one file of the product, and the tests that are meant to notice each of them. */
export type MistakesInFile = {
  readonly file: string;
  /** The test files that must turn red. */
  readonly tests: readonly string[];
  /** A regular expression of names, where one test of a long file is enough. */
  readonly names?: string;
  readonly mistakes: readonly Edit[];
};

export type Edit = {
  /** What is wrong then, as a sentence. */
  readonly name: string;
  /** Stands in the file exactly once, or `of` times, of which the `nth` (from 1) is meant. */
  readonly find: string;
  readonly nth?: number;
  readonly of?: number;
  readonly replace: string;
  /** In place of those of the file. */
  readonly tests?: readonly string[];
  readonly names?: string;
};

export type Mistake = Edit & { readonly area: string; readonly file: string; readonly tests: readonly string[] };

export const mistakesOf = (area: string, files: readonly MistakesInFile[]): readonly Mistake[] =>
  files.flatMap(({ file, tests, names, mistakes }) =>
    mistakes.map((edit) => ({ area, file, tests, ...(names === undefined ? {} : { names }), ...edit })),
  );

/** The text with the mistake in it; throws when its place is not found as it is said. */
export function putIn(text: string, { file, find, nth = 1, of = 1, replace }: Mistake): string {
  const parts = text.split(find);
  if (parts.length !== of + 1 || nth > of)
    throw new Error(`'${find}' is ${parts.length - 1} times in ${file}, expected ${of === 1 ? 'once' : `${of} times`}`);
  if (find === replace) throw new Error(`'${find}' in ${file} is replaced by itself`);
  return parts.slice(0, nth).join(find) + replace + parts.slice(nth).join(find);
}

/** Runs of the same tests are one run while nothing is changed. */
export const testsKey = ({ tests, names = '' }: Mistake): string => [...tests, names].join('\n');
