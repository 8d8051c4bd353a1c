import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { faultName } from './fault.ts';
import type { SweepResult } from './sweep.ts';

/** One JSON line for each finished run: a sweep that was ended goes on where it was. */
export type ProgressFile = {
  readonly results: SweepResult[];
  add(result: SweepResult): void;
  has(name: string): boolean;
};

export function openProgressFile(file: string | undefined): ProgressFile {
  const lines = file !== undefined && existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
  const results = lines.filter((line) => line !== '').map((line) => JSON.parse(line) as SweepResult);
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
