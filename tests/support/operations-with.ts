import { fileURLToPath } from 'node:url';
import { readOperationsFile } from '../../shared/policy/read-file.ts';
import type { Operations } from '../../shared/policy/schema.ts';

/** The project's own operations.yml, whose stage dev has these databases. */
export function operationsWith(names: readonly string[]): Operations {
  const operations = readOperationsFile(fileURLToPath(new URL('../../operations.yml', import.meta.url)));
  const [sample] = Object.values(operations.stages.dev.databases);
  if (sample === undefined) throw new Error("stage 'dev' of operations.yml has no database");
  const databases = Object.fromEntries(names.map((name) => [name, { ...sample, nightly: true }]));
  return { ...operations, stages: { ...operations.stages, dev: { ...operations.stages.dev, databases } } };
}
