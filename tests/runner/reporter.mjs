import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { budgetOf, keepDurations } from './durations.mjs';

/** One line a file, what failed at once, and jest's results in the file that `TEST_RESULTS` names. */
export default class Reporter {
  #root;
  #files = [];

  constructor({ rootDir }) {
    this.#root = rootDir;
  }

  onTestResult(
    { path: file },
    { failureMessage, testExecError, perfStats, coreSeconds = 0, numPassingTests, numFailingTests },
  ) {
    const name = path.relative(this.#root, file);
    const isGood = (testExecError ?? null) === null && numFailingTests === 0;
    const seconds = (perfStats.end - perfStats.start) / 1000;
    const failure = isGood ? undefined : (failureMessage ?? testExecError?.stack ?? testExecError?.message);
    this.#files.push({ file: name, isGood, failure, seconds, coreSeconds, budget: budgetOf(name) });
    const count = isGood ? `${numPassingTests}` : `${numFailingTests} failed of ${numPassingTests + numFailingTests}`;
    console.log(`${isGood ? '✔' : '✖'} ${name} (${count}) ${seconds.toFixed(1)} s`);
    if (!isGood) console.log(failure);
  }

  onRunComplete(_contexts, results) {
    const { testResults: _, ...counts } = results;
    keepDurations(this.#files.filter(({ isGood }) => isGood));
    const file = process.env.TEST_RESULTS;
    if (file !== undefined) writeFileSync(file, JSON.stringify({ ...counts, files: this.#files }));
  }
}
