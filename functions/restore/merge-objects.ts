import { makeRds } from '../../shared/aws/rds/instances.ts';
import { mergeTarget } from '../../shared/aws/rds/merge-target.ts';
import { makeSecrets } from '../../shared/aws/secrets.ts';
import { config } from '../../shared/config.ts';
import { MergeObjectsInput, MergeObjectsOutput } from '../../shared/contracts/restore/selected-objects.ts';
import { chunkDeadline } from '../../shared/deadlines.ts';
import { defineTask, logger } from '../../shared/lambda/define-task.ts';
import { mergeTables } from '../../shared/pg/selected/merge-tables.ts';
import { runOf } from '../../shared/pg/selected/run-of.ts';
import { dropSideTables, sideName } from '../../shared/pg/selected/side-tables.ts';
import { readTargetTables } from '../../shared/pg/selected/target-tables.ts';
import { dropExpiredUndo, listUndo } from '../../shared/pg/selected/undo-tables.ts';
import { withConnection } from '../../shared/pg/session/connect.ts';
import { databasePolicy, operations } from '../../shared/policy/operations.ts';

/**
 * Merges what was loaded into the live tables, in one transaction, and keeps how they were; or takes it away again. A second call is harmless: what has merged
 * already is known by its name in the database itself, and is the answer.
 */
export const mergeObjects = defineTask({
  input: MergeObjectsInput,
  output: MergeObjectsOutput,
  deps: () => ({ rds: makeRds(), secrets: makeSecrets(), policy: operations(), stage: config().stage }),
  async run({ executionName, database, attempt, objects, isWanted }, deps) {
    const own = databasePolicy(deps.policy, deps.stage, database);
    const run = runOf(executionName, attempt);
    const options = { purpose: 'merges selected objects', statementTimeout: chunkDeadline };
    return withConnection(await mergeTarget(deps, own), options, async (live) => {
      const targets = await readTargetTables(live, objects.tables);
      const sides = targets.map((_, index) => sideName(run, index));
      if (!isWanted) {
        await dropSideTables(live, sides);
        return { run, merged: [] };
      }
      const known = (await listUndo(live)).find((one) => one.run === run);
      // The first call has committed, and its answer was lost.
      const merged =
        known?.merged ??
        (await mergeTables(
          live,
          targets.map((target, index) => ({ target, side: sides[index] ?? '' })),
          { run, ...objects },
        ));
      await dropSideTables(live, sides);
      const expired = await dropExpiredUndo(live);
      logger.info('selected objects merged', { run, merged, expired });
      return { run, merged: [...merged] };
    });
  },
});
export const { handler } = mergeObjects;
