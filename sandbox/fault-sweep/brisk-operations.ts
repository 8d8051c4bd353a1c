import { writeFile } from 'node:fs/promises';
import { stringify } from 'yaml';
import { readOperationsFile } from '../../shared/policy/read-file.ts';
import { tinyAssertions } from './tiny-database.ts';

/** Seconds between snapshot and S2: real time, whatever the speed. Enough for a server on the same computer. */
const marginSeconds = 1;

/**
 * Writes operations.yml for a sweep, which is hundreds of runs: the shortest bracket, blockers that are soon old, and of the stage's databases only
 * the swept one, with what holds in the tiny database.
 */
export async function writeBriskOperations(source: string, target: string, database = 'fantasy'): Promise<void> {
  const { backupPlan, remediation, stages, ...rest } = readOperationsFile(source);
  const policy = stages.dev.databases[database];
  if (policy === undefined) throw new Error(`database '${database}' is not in stage 'dev' of ${source}`);
  const bracket = { ...backupPlan.bracket, marginSeconds, longerMarginSeconds: 2 * marginSeconds };
  const sessions = { ...remediation.sessions, blockingSeconds: 1 };
  const dev = { ...stages.dev, databases: { [database]: { ...policy, assertions: tinyAssertions } } };
  await writeFile(
    target,
    stringify(
      {
        ...rest,
        backupPlan: { ...backupPlan, bracket },
        remediation: { ...remediation, sessions },
        stages: { ...stages, dev },
      },
      { aliasDuplicateObjects: false },
    ),
  );
}
