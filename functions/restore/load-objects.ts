import { makeRds } from '../../shared/aws/rds/instances.ts';
import { mergeTarget } from '../../shared/aws/rds/merge-target.ts';
import { candidateIdOf } from '../../shared/aws/rds/our-candidate.ts';
import { makeObjectStore } from '../../shared/aws/s3/object-store.ts';
import { makeSecrets } from '../../shared/aws/secrets.ts';
import { copyTarget } from '../../shared/aws/verification/verification.ts';
import { config } from '../../shared/config.ts';
import { LoadObjectsInput, LoadObjectsOutput } from '../../shared/contracts/restore/selected-objects.ts';
import { chunkDeadline, lambdaReserve } from '../../shared/deadlines.ts';
import { MergeRefusedError } from '../../shared/errors.ts';
import { defineTask, logger } from '../../shared/lambda/define-task.ts';
import { runOf } from '../../shared/pg/selected/run-of.ts';
import { countDifferences, loadSideTable, makeSideSchema, sideName } from '../../shared/pg/selected/side-tables.ts';
import { readMerger, readTargetTables, whyNotMergeable } from '../../shared/pg/selected/target-tables.ts';
import { withConnection } from '../../shared/pg/session/connect.ts';
import { databasePolicy, operations } from '../../shared/policy/operations.ts';

/**
 * Copies the selected tables of the restored instance beside the live ones, and counts how they differ. The live tables are only read. A
 * second call is harmless: a side table is made anew.
 */
export const loadObjects = defineTask({
  input: LoadObjectsInput,
  output: LoadObjectsOutput,
  deps: () => ({
    rds: makeRds(),
    secrets: makeSecrets(),
    store: makeObjectStore(config().evidenceBucket),
    policy: operations(),
    stage: config().stage,
  }),
  async run({ executionName, database, attempt, objects, loaded }, deps, task) {
    const { policy, stage } = deps;
    const own = databasePolicy(policy, stage, database);
    const instanceId = candidateIdOf({ executionName, database, attempt }, { policy, stage });
    const options = { purpose: 'loads selected objects', statementTimeout: chunkDeadline };
    const from = await copyTarget(deps, { database, instanceId });
    return withConnection(await mergeTarget(deps, own), options, (live) =>
      withConnection(from.target, { ...options, readOnly: true }, async (restored) => {
        const targets = await readTargetTables(live, objects.tables);
        const then = await readTargetTables(restored, objects.tables);
        const reasons = whyNotMergeable(objects.tables, targets, then, await readMerger(live));
        if (reasons.length > 0)
          throw new MergeRefusedError(reasons.map(({ reason }) => reason).join('; '), {
            hints: reasons.map(({ remedy }) => remedy),
          });
        await restored.query('set row_security = off');
        await makeSideSchema(live);
        const run = runOf(executionName, attempt);
        let done = loaded;
        for (const [index, target] of targets.entries()) {
          if (index < done) continue;
          // One that does not fit into a call is given up by its time, and said.
          if (index > loaded && task.remainingTime() < 2 * lambdaReserve) break;
          await loadSideTable(restored, live, target, sideName(run, index));
          done = index + 1;
          task.progress('tables', done, targets.length);
        }
        if (done < targets.length) return { loaded: done, isComplete: false, differences: [] };
        const differences = [];
        for (const [index, target] of targets.entries())
          differences.push(await countDifferences(live, target, sideName(run, index)));
        logger.info('selected objects loaded', { differences });
        return { loaded: done, isComplete: true, differences };
      }),
    );
  },
});
export const { handler } = loadObjects;
