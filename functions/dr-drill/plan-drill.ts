import { connectionTarget } from '../../shared/aws/rds/connection-target.ts';
import { type Rds, rdsIn } from '../../shared/aws/rds/instances.ts';
import { makeRdsInventory, type RdsInventory } from '../../shared/aws/rds/inventory.ts';
import { makeParameterGroups, type ParameterGroups } from '../../shared/aws/rds/parameter-groups.ts';
import { makeObjectStore, type ObjectStore } from '../../shared/aws/s3/object-store.ts';
import { makeSecrets, type Secrets } from '../../shared/aws/secrets.ts';
import { config } from '../../shared/config.ts';
import { PlanDrillInput, PlanDrillOutput } from '../../shared/contracts/dr-drill/dr-drill.ts';
import type { SelfStarting } from '../../shared/contracts/witness.ts';
import { newestProven, verdictOf } from '../../shared/domain/backup/newest-proven.ts';
import { drillScope, scopeFaults } from '../../shared/domain/dr/drill-scope.ts';
import { drillRefusals } from '../../shared/domain/dr/plan-drill.ts';
import { restoreSource } from '../../shared/domain/resource/restore-tags.ts';
import { mostOverdue } from '../../shared/domain/restore/due.ts';
import { looked } from '../../shared/domain/restore/looked.ts';
import { whyNotQuiet } from '../../shared/domain/verification/quiet-copy.ts';
import { predictDrill, readDrills } from '../../shared/evidence/drills.ts';
import { defineTask, logger } from '../../shared/lambda/define-task.ts';
import { type ConnectionTarget, withConnection } from '../../shared/pg/session/connect.ts';
import { readSelfStarting } from '../../shared/pg/session/self-starting.ts';
import { databasePolicy, operations, stagePolicy } from '../../shared/policy/operations.ts';
import type { DatabasePolicy, Operations, StageName } from '../../shared/policy/schema.ts';
import { askedDrill } from '../../shared/rules/asked-drill.ts';
import { drillNames, missingForDrill } from '../../shared/rules/drill-names.ts';

/**
 * Decides what a drill would restore and what speaks against it, before anything is made. Reads only, so a second call is harmless.
 */
export const planDrill = defineTask({
  input: PlanDrillInput,
  output: PlanDrillOutput,
  deps: () => ({
    inventory: makeRdsInventory() as Pick<RdsInventory, 'listSnapshots'>,
    rdsIn: rdsIn as (region: string) => Pick<Rds, 'findInstance'>,
    parameterGroups: makeParameterGroups(),
    secrets: makeSecrets(),
    store: makeObjectStore(config().evidenceBucket) as Pick<ObjectStore, 'getText' | 'listKeys'>,
    selfStartingAt: (target: ConnectionTarget): Promise<SelfStarting[]> =>
      withConnection(target, { purpose: 'plans a drill', readOnly: true }, readSelfStarting),
    policy: operations(),
    config: config(),
    now: () => new Date(),
  }),
  async run({ executionName, request }, deps) {
    const { inventory, store, policy, now } = deps;
    const { stage, region } = deps.config;
    const asked = askedDrill(request, policy, stage);
    const ofStage = stagePolicy(policy, stage);
    const database =
      asked.database ?? (region === ofStage.dr?.region ? await dueDrill(store, ofStage, now()) : undefined);
    if (database === undefined) {
      logger.info('no drill is due', {});
      return { plan: null };
    }
    const own = databasePolicy(policy, stage, database);
    const missing = missingForDrill(ofStage, own);
    const names = missing.length > 0 ? undefined : drillNames(executionName, database, ofStage, own);
    const backup = newestProven(await inventory.listSnapshots(), database);
    const like = backup === undefined ? undefined : restoreSource(backup.tags);
    const unquiet = await looked(() => unquietOf(own, ofStage.region, deps));
    const scope = names?.scope ?? drillScope(executionName);
    return {
      plan: {
        database,
        // Of itself a drill is due to be done.
        isActed: asked.mode === 'rehearse' || asked.database === undefined,
        reason: asked.reason,
        region,
        ...{ scope: scope.id, primaryId: scope.primaryId, replicaId: scope.replicaId },
        ...{
          name: names?.name ?? null,
          primaryHost: names?.host.primary ?? null,
          replicaHost: names?.host.replica ?? null,
        },
        backup:
          backup?.takenAt === undefined
            ? null
            : { snapshotId: backup.id, takenAt: backup.takenAt.toISOString(), verdict: verdictOf(backup) },
        instanceClass: own.copyInstanceClass ?? like?.instanceClass ?? null,
        parameterGroup: own.copyParameterGroup ?? like?.parameterGroup ?? null,
        predicted: predictDrill(await readDrills(store, database), now()),
        refusals: drillRefusals({
          ...{ here: region, second: ofStage.dr?.region, database, missing, backup, isDescribed: like !== undefined },
          taken: names === undefined ? [] : scopeFaults(scope, names.zone, names.production),
          unquiet: 'found' in unquiet ? unquiet.found : null,
        }),
      },
    };
  },
});
export const { handler } = planDrill;

/** What the primary would start is what its copy would. */
async function unquietOf(
  own: DatabasePolicy,
  home: string,
  deps: {
    readonly rdsIn: (region: string) => Pick<Rds, 'findInstance'>;
    readonly secrets: Secrets;
    readonly selfStartingAt: (target: ConnectionTarget) => Promise<SelfStarting[]>;
    readonly parameterGroups: ParameterGroups;
  },
): Promise<string[]> {
  const target = await connectionTarget({ rds: deps.rdsIn(home), secrets: deps.secrets }, own, own.instance);
  const found = await deps.selfStartingAt(target);
  if (found.length === 0) return [];
  const name = own.copyParameterGroup;
  const ownGroup = name === undefined ? undefined : { name, parameters: await deps.parameterGroups.valuesOf(name) };
  // The network of the copies may keep a subscription in: that it does, nobody has tried here.
  return whyNotQuiet(found, { ownGroup, isCutOff: false });
}

/** Of the databases that ask for drills, the one that is due longest. */
async function dueDrill(
  store: Pick<ObjectStore, 'getText' | 'listKeys'>,
  { databases }: Operations['stages'][StageName],
  now: Date,
): Promise<string | undefined> {
  for (const [database, { drill }] of Object.entries(databases)) {
    if (drill?.everyDays === undefined) continue;
    const startedAt = (await readDrills(store, database)).at(-1)?.execution.startedAt ?? null;
    if (mostOverdue([{ database, startedAt }], drill.everyDays, now) !== undefined) return database;
  }
  return undefined;
}
