import { readFileSync } from 'node:fs';

const shown = 10;
/** Lines of a failure that are said once more at the end: records of CI keep the end of what was printed. */
const failureLines = 40;

export type FileTime = {
  readonly file: string;
  readonly seconds: number;
  readonly coreSeconds: number;
  readonly budget: number;
  /** What jest says of its failed tests. */
  readonly failure?: string;
};

/** What the reporter writes: jest's counts, and its own times. */
type Results = Readonly<
  Partial<
    Record<
      'numPassedTests' | 'numFailedTests' | 'numRuntimeErrorTestSuites' | 'numPendingTests' | 'numTodoTests',
      number
    >
  > & { files: FileTime[] }
>;

export type Counts = { readonly passed: number; readonly failed: number; readonly skipped: number };
export type Reading = {
  readonly counts: Counts;
  readonly complaints: readonly string[];
  readonly lines: readonly string[];
};

/**
 * What jest's results say: counts of tests, lines about time, and complaints about files that gave no result. A file that
 * could not be loaded is one failed test.
 */
export function readResults(file: string, expected: readonly string[]): Reading {
  const results = readJson(file);
  const counts = {
    passed: results?.numPassedTests ?? 0,
    failed: (results?.numFailedTests ?? 0) + (results?.numRuntimeErrorTestSuites ?? 0),
    skipped: (results?.numPendingTests ?? 0) + (results?.numTodoTests ?? 0),
  };
  const files = results?.files ?? [];
  const missing = expected.filter((name) => !files.some((one) => one.file === name));
  const complaints = missing.length === 0 ? [] : [`no result of ${missing.join(', ')}`];
  return { counts, complaints, lines: [...timeLines(files), ...failedLines(files)] };
}

/** The closing line that CI reads. */
export function closingLine({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

function readJson(file: string): Results | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined; // jest has ended before its end: every file is complained of.
  }
}

function timeLines(files: readonly FileTime[]): string[] {
  const total = files.reduce((sum, { coreSeconds }) => sum + coreSeconds, 0);
  const slowest = files.toSorted((one, other) => other.seconds - one.seconds).slice(0, shown);
  const over = files.filter(({ coreSeconds, budget }) => coreSeconds > budget);
  return [
    '',
    `slowest of ${files.length} files, with their core seconds (${total.toFixed(0)} in all):`,
    ...slowest.map(
      ({ file, seconds, coreSeconds }) =>
        `${seconds.toFixed(1).padStart(8)} s ${coreSeconds.toFixed(1).padStart(7)}  ${file}`,
    ),
    ...over.map(
      ({ file, coreSeconds, budget }) =>
        `over its budget of ${budget} core seconds: ${file} (${coreSeconds.toFixed(1)})`,
    ),
  ];
}

function failedLines(files: readonly FileTime[]): string[] {
  return files.flatMap(({ file, failure }) =>
    failure === undefined ? [] : ['', `failed: ${file}`, ...failure.trim().split('\n').slice(0, failureLines)],
  );
}
