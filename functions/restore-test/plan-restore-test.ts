import { automatedBackupsIn } from '../../shared/aws/rds/automated-backups.ts';
import { rdsIn } from '../../shared/aws/rds/instances.ts';
import { lookForBackups } from '../../shared/aws/rds/look-for-backups.ts';
import { makeObjectStore, type ObjectStore } from '../../shared/aws/s3/object-store.ts';
import { someAtOnce } from '../../shared/aws/some-at-once.ts';
import { config } from '../../shared/config.ts';
import {
  type NotTried,
  type PlannedTrial,
  PlanRestoreTestInput,
  PlanRestoreTestOutput,
  RestorePath,
} from '../../shared/contracts/restore-test.ts';
import type { WitnessBinding } from '../../shared/contracts/stored-object.ts';
import { restoreTestChain } from '../../shared/domain/evidence/any-evidence.ts';
import { expectedHours, spentBy } from '../../shared/domain/proof-cost/cap.ts';
import { proofCost } from '../../shared/domain/proof-cost/proof-cost.ts';
import { shortHash } from '../../shared/domain/resource/throw-away.ts';
import { type LastTest, mostOverdue } from '../../shared/domain/restore/due.ts';
import { type ChosenTrial, choosePaths, type Looked } from '../../shared/domain/restore/paths.ts';
import { holdToCaps } from '../../shared/domain/restore/price.ts';
import { missVanished } from '../../shared/domain/restore/vanished.ts';
import { InstanceNotFoundError, ObjectChangedError, WitnessMissingError } from '../../shared/errors.ts';
import { newestSequence, readHistory } from '../../shared/evidence/chain-store.ts';
import { restoreTestPrefix } from '../../shared/evidence/keys.ts';
import { lastMonth, proofCostKey, thisMonth, writeProofCost } from '../../shared/evidence/proof-cost-store.ts';
import { readCandidates } from '../../shared/evidence/restore-candidates.ts';
import { readRestoreTests } from '../../shared/evidence/restore-tests.ts';
import { readWitnessBinding } from '../../shared/evidence/witness-file.ts';
import { defineTask, logger } from '../../shared/lambda/define-task.ts';
import { capsOf, databasePolicy, operations, stagePolicy } from '../../shared/policy/operations.ts';
import type { Operations, StageName } from '../../shared/policy/schema.ts';
import { askedRestoreTest } from '../../shared/rules/asked-restore-test.ts';

/**
 * Decides which database is tested, which of its paths can be tried, and against which witness; the others are named with
 * their reasons. A second call is harmless: it names the same proofs, whose places in the costs of the month it writes over.
 */
export const planRestoreTest = defineTask({
  input: PlanRestoreTestInput,
  output: PlanRestoreTestOutput,
  deps: () => ({
    rdsIn,
    automatedBackupsIn,
    store: makeObjectStore(config().evidenceBucket),
    policy: operations(),
    config: config(),
    now: () => new Date(),
  }),
  async run({ executionName, request, startedAt }, deps) {
    const { rdsIn, automatedBackupsIn, store, policy, now } = deps;
    const { stage, region } = deps.config;
    const asked = askedRestoreTest(request, policy, stage);
    const database = asked.database ?? (await dueDatabase(store, policy, stage, now()));
    if (database === undefined) {
      logger.info('no restore test is due', {});
      return { plan: null };
    }
    const { instance, copyInstanceClass } = databasePolicy(policy, stage, database);
    const source = await rdsIn(region).findInstance(instance);
    if (source === undefined) {
      throw new InstanceNotFoundError(`instance '${instance}' of database '${database}' does not exist`, {
        hints: ["Compare 'instance' in operations.yml with the RDS console, and the region of the stage."],
      });
    }
    const candidates = await readCandidates(store, database);
    const look = (where: string) =>
      lookForBackups(where, { rds: rdsIn(where), backups: automatedBackupsIn(where) }, instance, candidates);
    const { dr } = stagePolicy(policy, stage);
    const chosen = choosePaths(
      {
        candidates,
        instance,
        here: await look(region),
        second: dr === undefined ? undefined : await look(dr.region),
        now: now(),
      },
      asked.paths,
    );
    const past = [...(await lastMonth(store, startedAt)), ...(await thisMonth(store, startedAt))];
    const size = {
      instanceClass: copyInstanceClass ?? source.instanceClass,
      storageGb: source.storageGb,
      storageType: source.storageType,
      snapshots: 0, // what is restored was there before, and costs what it did
      snapshotDays: 0,
      isCopiedToRegion: false,
    };
    const hours = expectedHours(database, past, policy.backupPlan.copy.expiresAfterHours);
    const predicted = proofCost(size, hours, policy.costs.prices);
    const tests = await readRestoreTests(store, database);
    const { targetMinutes } = policy.restoreTest;
    const wanted = RestorePath.options.filter((path) => Object.hasOwn(targetMinutes, path));
    const bindings = await bindingsOf(store, chosen.trials);
    const bound = chosen.trials.flatMap((trial) => {
      const binding = bindings.get(trial.candidate.witnessKey);
      return binding === undefined || 'failed' in binding ? [] : [{ trial, binding: binding.found }];
    });
    const unbound = chosen.trials.flatMap(({ path, candidate }): NotTried[] => {
      const binding = bindings.get(candidate.witnessKey);
      return binding !== undefined && 'failed' in binding ? [{ path, kind: 'impossible', reason: binding.failed }] : [];
    });
    const planned = bound.map(({ trial, binding }): PlannedTrial => {
      const name = `${executionName.slice(0, 30)}-${shortHash(executionName)}-${trial.path}`;
      return {
        path: trial.path,
        executionName: name,
        region: trial.region,
        backup: trial.backup,
        witness: { key: trial.candidate.witnessKey, binding, evidenceKey: trial.candidate.evidenceKey },
        pause: trial.pause,
        evidencePrefix: `${restoreTestPrefix(database, executionName)}/${trial.path}`,
        newestMoment: trial.newestMoment.toISOString(),
        rpoSeconds: Math.max(0, (Date.parse(startedAt) - trial.newestMoment.getTime()) / 1000),
        proofCostKey: proofCostKey(`${executionName}/${trial.path}`, startedAt),
        size,
        predicted,
      };
    });
    const entryOf = ({ executionName: execution }: PlannedTrial) => ({ execution, database, isActual: false });
    // Written before the others are summed up: of two tests that begin at once, at least one sees both.
    for (const trial of planned)
      await writeProofCost(store, trial.proofCostKey, { ...entryOf(trial), hours, money: predicted.total });
    const own = planned.map((trial) => trial.executionName);
    const others = (await thisMonth(store, startedAt)).filter(({ execution }) => !own.includes(execution));
    const isScheduled = asked.startedBy === 'schedule' || asked.database === undefined;
    const { held, allowed } = holdToCaps(planned, isScheduled, spentBy(others, ''), capsOf(policy, stage));
    for (const trial of planned.filter((one) => !allowed.includes(one)))
      await writeProofCost(store, trial.proofCostKey, { ...entryOf(trial), hours: 0, money: 0 });
    logger.info('restore test planned', { database, paths: allowed.map(({ path }) => path) });
    return {
      plan: {
        database,
        sourceInstanceId: instance,
        sourceBytes: candidates[0]?.sourceBytes ?? 0,
        trials: [...allowed],
        notTried: [...missVanished(chosen.notTried, tests, wanted), ...unbound, ...held],
        atOnce: policy.restoreTest.copiesAtOnce,
      },
    };
  },
});
export const { handler } = planRestoreTest;

type Store = Pick<ObjectStore, 'getText' | 'listKeys' | 'openGzipLines'>;

/** Of the witnesses, each of which most paths share. One that is gone or was changed keeps its own paths from being tried. */
async function bindingsOf(store: Store, trials: readonly ChosenTrial[]): Promise<Map<string, Looked<WitnessBinding>>> {
  const digests = new Map(trials.map(({ candidate }) => [candidate.witnessKey, candidate.witnessSha256]));
  const read = async ([key, sha256]: [string, string]): Promise<[string, Looked<WitnessBinding>]> => {
    try {
      return [key, { found: await readWitnessBinding(store, key, sha256) }];
    } catch (thrown) {
      if (!(thrown instanceof ObjectChangedError || thrown instanceof WitnessMissingError)) throw thrown;
      return [key, { failed: `${thrown.name}: ${thrown.message}` }];
    }
  };
  return new Map(await someAtOnce([...digests], 2, read));
}

/** Of the databases that are backed up nightly. */
async function dueDatabase(store: Store, policy: Operations, stage: StageName, now: Date): Promise<string | undefined> {
  const nightly = Object.entries(stagePolicy(policy, stage).databases).filter(([, database]) => database.nightly);
  const tests = await Promise.all(
    nightly.map(async ([database]): Promise<LastTest> => {
      const chain = restoreTestChain(database);
      const [last] = await readHistory(store, chain, await newestSequence(store, chain), 1);
      return { database, startedAt: last?.startedAt ?? null };
    }),
  );
  return mostOverdue(tests, policy.restoreTest.intervalDays, now);
}
