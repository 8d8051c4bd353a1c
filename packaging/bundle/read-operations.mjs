import { operationsFile, operationsFileName } from './operations-file.mjs';

/** The checked policy; its reader is TypeScript, which is loaded when somebody asks. */
export async function readOperations() {
  const { readOperationsFile } = await import('../../shared/policy/read-file.ts');
  return readOperationsFile(operationsFile, operationsFileName);
}
