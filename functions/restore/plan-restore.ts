import { makeAutomatedBackups } from '../../shared/aws/rds/automated-backups.ts';
import { makeCandidates } from '../../shared/aws/rds/candidates.ts';
import { connectionTarget } from '../../shared/aws/rds/connection-target.ts';
import { makeRds } from '../../shared/aws/rds/instances.ts';
import { makeParameterGroups } from '../../shared/aws/rds/parameter-groups.ts';
import { makeRestorePlace } from '../../shared/aws/rds/restore-place.ts';
import { makeObjectStore } from '../../shared/aws/s3/object-store.ts';
import { makeSecrets } from '../../shared/aws/secrets.ts';
import { config } from '../../shared/config.ts';
import {
  PlanRestoreInput,
  PlanRestoreOutput,
  type RestorePlan,
  type SourceEvent,
} from '../../shared/contracts/restore/restore.ts';
import type { Neighbour } from '../../shared/contracts/restore/selected-objects.ts';
import type { SelfStarting } from '../../shared/contracts/witness.ts';
import { candidateInstanceId } from '../../shared/domain/resource/candidate.ts';
import { sourceName } from '../../shared/domain/resource/restore-source.ts';
import {
  type EventMoment,
  eventName,
  momentOfMarker,
  momentOfTransaction,
  unanswered,
} from '../../shared/domain/restore/just-before.ts';
import { looked } from '../../shared/domain/restore/looked.ts';
import { mergeRefusals, neighbourNotes } from '../../shared/domain/restore/merge-refusals.ts';
import { restorePrice } from '../../shared/domain/restore/restore-price.ts';
import { restoreRefusals } from '../../shared/domain/restore/restore-refusals.ts';
import { settingsWanted } from '../../shared/domain/restore/settings-wanted.ts';
import { chooseBackup, type KnownBackup } from '../../shared/domain/restore/wanted-backup.ts';
import { witnessOf } from '../../shared/domain/restore/witness-of.ts';
import { whyNotQuiet } from '../../shared/domain/verification/quiet-copy.ts';
import { coerceError } from '../../shared/errors.ts';
import { restorePrefix } from '../../shared/evidence/keys.ts';
import { readCandidates } from '../../shared/evidence/restore-candidates.ts';
import { readWitnessBinding } from '../../shared/evidence/witness-file.ts';
import { defineTask, logger } from '../../shared/lambda/define-task.ts';
import { lookUpMarker, lookUpTransaction } from '../../shared/pg/just-before/look-up-event.ts';
import { readClosure } from '../../shared/pg/selected/target-tables.ts';
import { type ConnectionTarget, type Session, withConnection } from '../../shared/pg/session/connect.ts';
import { readSelfStarting } from '../../shared/pg/session/self-starting.ts';
import { databasePolicy, operations, stagePolicy } from '../../shared/policy/operations.ts';
import { askedRestore } from '../../shared/rules/asked-restore.ts';

/**
 * Finds what is to be restored and what the restored instance is to have, and names everything that would make it fail, with its
 * price, before anything is created. Reads only, so a second call is harmless.
 */
export const planRestore = defineTask({
  input: PlanRestoreInput,
  output: PlanRestoreOutput,
  deps: () => ({
    candidates: makeCandidates(),
    rds: makeRds(),
    backups: makeAutomatedBackups(),
    place: makeRestorePlace(),
    parameterGroups: makeParameterGroups(),
    secrets: makeSecrets(),
    store: makeObjectStore(config().evidenceBucket),
    selfStartingAt: (target: ConnectionTarget): Promise<SelfStarting[]> =>
      withConnection(target, { purpose: 'plans a restore', readOnly: true }, readSelfStarting),
    closureAt: (target: ConnectionTarget, tables: readonly string[]): Promise<Neighbour[]> =>
      withConnection(target, { purpose: 'plans a restore', readOnly: true }, (client) => readClosure(client, tables)),
    momentAt: lookUpMoment,
    policy: operations(),
    config: config(),
    now: () => new Date(),
  }),
  async run({ executionName, request, attempt, at }, deps) {
    const { candidates, backups, place, policy, store } = deps;
    const { stage, region } = deps.config;
    const asked = askedRestore(request, policy, stage);
    const { database } = asked;
    const own = databasePolicy(policy, stage, database);
    const { instance } = own;
    const source = await candidates.find(instance);
    const wanted = at === null ? asked.from : { at };
    const kept = await backups.find(instance);
    const snapshots = [...(await place.snapshotsOf(instance))];
    if ('snapshot' in wanted && !snapshots.some(({ id }) => id === wanted.snapshot)) {
      const named = wanted.snapshot === 'newest' ? undefined : await place.findSnapshot(wanted.snapshot);
      if (named !== undefined) snapshots.push(named);
    }
    const event = 'justBefore' in wanted && typeof wanted.justBefore !== 'string' ? wanted.justBefore : undefined;
    const when =
      event === undefined
        ? undefined
        : source === undefined
          ? unanswered(eventName(event), `'${instance}' is not in ${region}`)
          : await deps.momentAt(event, () => connectionTarget(deps, own, instance));
    const window = kept === undefined ? undefined : { ...kept, isReplicated: source === undefined };
    const account = { instance, region, window, snapshots, now: deps.now() };
    const chosen =
      when === undefined
        ? chooseBackup(wanted as KnownBackup, account)
        : 'refusal' in when
          ? when
          : chooseBackup({ justBefore: when.moment }, account);
    const candidateId = candidateInstanceId(instance, executionName, attempt);
    const { restore } = policy;
    const base: RestorePlan = {
      ...{ database, isActed: asked.mode === 'restore', reason: asked.reason ?? null, attempt, region },
      ...{ sourceInstanceId: instance, sourceStatus: source?.status ?? null, candidateId },
      ...{ objects: asked.objects ?? null, closure: [] },
      ...{ backup: null, backupName: null, newestMoment: null, settings: null, witness: null },
      evidencePrefix: `${restorePrefix(database, executionName)}/attempt-${attempt}`,
      price: { currency: policy.costs.currency, day: null, month: null },
      needsApproval: stage === 'prod',
      ...{ askSeconds: restore.askMinutes * 60, inspectSeconds: restore.inspectHours * 3600 },
      ...{ refusals: [], notes: [] },
    };
    if ('refusal' in chosen) return { plan: { ...base, refusals: [chosen.refusal] } };
    const snapshot = chosen.snapshot ?? newest(snapshots);
    const network =
      region === stagePolicy(policy, stage).dr?.region ? stagePolicy(policy, stage).dr?.network : undefined;
    const { settings: likeSource, notes } = settingsWanted(
      { source: source?.settings, snapshot, subnetGroup: network?.databaseSubnetGroup },
      asked.place ?? {},
    );
    // Of single tables the instance is only the way: without a standby, and without backups of its own.
    const settings =
      likeSource === undefined || asked.objects === undefined
        ? likeSource
        : { ...likeSource, isMultiAz: false, backupRetentionDays: 0, isDeletionProtected: false };
    const found = {
      ...base,
      backup: chosen.backup,
      backupName: sourceName(chosen.backup),
      newestMoment: chosen.newestMoment.toISOString(),
    };
    if (settings === undefined)
      return {
        plan: {
          ...found,
          refusals: [
            {
              reason: `nobody in ${region} knows how '${instance}' is set up`,
              remedy:
                'Say it: "place": {"instanceClass": "db.…", "parameterGroup": "<name>", "subnetGroup": "<name>", "securityGroupIds": ["sg-…"]}.',
            },
          ],
        },
      };
    const subnets = await looked(() => place.subnetsOf(settings.subnetGroup ?? 'default'));
    const subnetIds = 'found' in subnets ? (subnets.found ?? []).map(({ id }) => id) : [];
    const key = chosen.backup.kind === 'snapshot' ? chosen.snapshot?.kmsKeyId : settings.kmsKeyId;
    const decided = restoreRefusals(settings, {
      ...{ region, candidateId, subnets, approvers: restore.approvers },
      isNameTaken: await looked(async () => (await candidates.find(candidateId)) !== undefined),
      quotas: await looked(() => place.quotas()),
      offers: await looked(() => place.offers(settings.instanceClass, settings.engineVersion)),
      freeAddresses: await looked(async () => (subnetIds.length === 0 ? new Map() : place.freeAddresses(subnetIds))),
      hasParameterGroup: await looked(() => place.hasParameterGroup(settings.parameterGroup)),
      key: await looked(async () => (key == null ? 'none' : place.keyState(key))),
      selfStarting: await looked(async () => {
        if (source?.status !== 'available') return [];
        const target = await connectionTarget(deps, own, instance);
        const starting = await deps.selfStartingAt(target);
        if (starting.length === 0) return [];
        const name = settings.parameterGroup;
        const ownGroup = { name, parameters: await deps.parameterGroups.valuesOf(name) };
        return whyNotQuiet(starting, { ownGroup, isCutOff: false });
      }),
    });
    const closure = await looked(async () =>
      asked.objects === undefined || source?.status !== 'available'
        ? []
        : deps.closureAt(await connectionTarget(deps, own, instance), asked.objects.tables),
    );
    const objectRefusals =
      asked.objects === undefined
        ? []
        : mergeRefusals({ sourceStatus: source?.status ?? null, hasRole: own.capabilities.restore !== undefined });
    const witness = await witnessFor(chosen.backup, await looked(() => readCandidates(store, database)), store);
    logger.info('restore planned', { candidateId, backup: chosen.backup, refusals: decided.refusals.length });
    return {
      plan: {
        ...found,
        settings,
        witness: witness.witness,
        price: { currency: policy.costs.currency, ...restorePrice(settings, policy.costs.prices) },
        closure: 'found' in closure ? [...closure.found].slice(0, mostNeighbours) : [],
        refusals: [...decided.refusals, ...objectRefusals],
        notes: [
          ...('failed' in closure
            ? [`the foreign keys could not be looked at: ${closure.failed}`]
            : neighbourNotes(closure.found)),
          ...(when === undefined || 'refusal' in when ? [] : [when.note]),
          ...chosen.notes,
          ...notes,
          ...decided.notes,
          ...witness.notes,
        ],
      },
    };
  },
});
export const { handler } = planRestore;

/** What the source says of an event; whatever keeps it from answering is the reason of the refusal. */
async function lookUpMoment(event: SourceEvent, targetOf: () => Promise<ConnectionTarget>): Promise<EventMoment> {
  const ask = <T>(work: (client: Session, role: string) => Promise<T>) =>
    looked(async () => {
      const target = await targetOf();
      const options = { purpose: 'plans a restore', readOnly: true, tablesOnly: true };
      return withConnection(target, options, (client) => work(client, target.user));
    });
  return 'transaction' in event
    ? momentOfTransaction(event.transaction, await ask((client) => lookUpTransaction(client, event.transaction)))
    : momentOfMarker(event.marker, await ask((client, role) => lookUpMarker(client, event.marker, role)));
}

/** The state machine carries them. */
const mostNeighbours = 100;

const newest = <T extends { readonly createdAt?: Date | undefined }>(snapshots: readonly T[]): T | undefined =>
  snapshots.toSorted((left, right) => Number(right.createdAt ?? 0) - Number(left.createdAt ?? 0))[0];

type Store = Parameters<typeof readWitnessBinding>[0];

/** A witness that is gone or was changed takes nothing from the restore: its rows are held against none, and that is said. */
async function witnessFor(
  backup: Parameters<typeof witnessOf>[0],
  candidates: Parameters<typeof witnessOf>[1],
  store: Store,
): Promise<{ readonly witness: RestorePlan['witness']; readonly notes: readonly string[] }> {
  const chosen = witnessOf(backup, candidates);
  if ('note' in chosen) return { witness: null, notes: [chosen.note] };
  const { witnessKey: key, witnessSha256, evidenceKey } = chosen.candidate;
  try {
    return { witness: { key, binding: await readWitnessBinding(store, key, witnessSha256), evidenceKey }, notes: [] };
  } catch (thrown) {
    const { name, message } = coerceError(thrown);
    return { witness: null, notes: [`the rows are held against no witness: ${name}: ${message}`] };
  }
}
