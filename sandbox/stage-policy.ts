import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { readOperationsFile } from '../shared/policy/read-file.ts';
import type { Operations } from '../shared/policy/schema.ts';

const root = fileURLToPath(new URL('../', import.meta.url));

/** The same file that goes into the bundles (packaging/bundle/operations-file.mjs). */
export const operationsFile = (): string => process.env['OPERATIONS_FILE'] ?? 'operations.yml';

/** What operations.yml says of the stage that the sandbox is. */
export const devStage = (): Operations['stages']['dev'] =>
  readOperationsFile(path.resolve(root, operationsFile()), operationsFile()).stages.dev;
