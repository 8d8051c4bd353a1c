import { availableParallelism } from 'node:os';

// jest runs all layers in bare Node: no transforms, no module registry, no VM contexts (docs/decisions/0001).
export default {
  rootDir: '..',
  roots: ['<rootDir>/tests'],
  testMatch: ['**/*.test.ts'],
  moduleFileExtensions: ['ts', 'mjs', 'js', 'json'],
  runner: '<rootDir>/tests/runner/jest-runner.mjs',
  testSequencer: '<rootDir>/tests/runner/longest-first.mjs',
  reporters: ['<rootDir>/tests/runner/reporter.mjs'],
  // One more than the cores: a file of the sandbox waits for servers and clocks for a third of its time.
  maxWorkers: availableParallelism() + 1,
  transform: {},
  watchman: false,
  // Not in the temporary directory of a run: what is there at its end was left by a test.
  cacheDirectory: '<rootDir>/node_modules/.cache/jest',
};
