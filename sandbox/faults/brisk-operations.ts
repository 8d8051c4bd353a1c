import { readFile, writeFile } from 'node:fs/promises';
import { parseDocument } from 'yaml';

/** Seconds between snapshot and S2: real time, whatever the speed. Enough for a server on the same computer. */
const margin = 1;

/** Writes operations.yml with the shortest bracket: a sweep is hundreds of runs. */
export async function writeBriskOperations(source: string, target: string): Promise<void> {
  const document = parseDocument(await readFile(source, 'utf8'));
  document.setIn(['backupPlan', 'bracket', 'marginSeconds'], margin);
  document.setIn(['backupPlan', 'bracket', 'longerMarginSeconds'], 2 * margin);
  await writeFile(target, String(document));
}
