import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { faultName } from '../faults/fault.ts';
import type { FaultSweepResult } from './sweep.ts';

/** One JSON line for each finished run: a sweep that was ended goes on where it was. */
export type ProgressFile = {
  readonly results: FaultSweepResult[];
  add(result: FaultSweepResult): void;
  has(name: string): boolean;
};

export function openProgressFile(file: string | undefined): ProgressFile {
  const lines = file !== undefined && existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
  const results = lines.filter((line) => line !== '').map((line) => JSON.parse(line) as FaultSweepResult);
  const names = new Set(results.map(({ fault }) => faultName(fault)));
  return {
    results,
    has: (name) => names.has(name),
    add(result) {
      results.push(result);
      names.add(faultName(result.fault));
      if (file !== undefined) appendFileSync(file, `${JSON.stringify(result)}\n`);
    },
  };
}
