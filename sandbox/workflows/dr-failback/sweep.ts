import { FailbackRecord, type FailbackResult } from '../../../shared/contracts/dr-failback/dr-failback.ts';
import { leaseHolder } from '../../demo/lease-registers.ts';
import { recordIn } from '../../fault-sweep/record-in.ts';
import type { SweptWorkflow } from '../../fault-sweep/swept-workflow.ts';
import { devStage } from '../../stage-policy.ts';
import { leftInMessages, type Watched, watchBothSides } from '../dr-promotion/both-sides.ts';
import { holdToItsWord } from '../dr-promotion/converge.ts';
import { awayOf, instanceOf, replicaId } from '../dr-promotion/sound-set-up.ts';
import type { Said } from '../dr-promotion/switch-violations.ts';
import { type Accepted, acceptStranded, oldPrimary, promotedAway } from './promoted-away.ts';
import { runMachine } from './run-machine.ts';

type Prepared = {
  readonly watched: Watched;
  readonly accepted: Accepted;
  /** The old primary, and every row that it holds. */
  readonly resourceId: string;
  readonly rows: string;
  /** What is wrong before anything has struck. */
  readonly found: readonly string[];
};

let prepared: Prepared | undefined;

/**
 * The way home of a primary that is written to, whose old one has rows of its own which a person has accepted. Whatever strikes it: no
 * row is lost, the old primary keeps all of its own, never two writers; and what was stopped goes on when it is started again.
 */
export const workflow: SweptWorkflow = {
  beside: ['keep-lease'],
  async prepare(place) {
    await prepared?.watched.stop();
    prepared = undefined;
    await onceMore(() => promotedAway(place));
    const { sandbox, database, sourceInstanceId } = place;
    const away = awayOf(sandbox);
    const { rows: strandedRows, ...accepted } = await onceMore(() => acceptStranded(place));
    const resourceId = await oldResource(place.sandbox, sourceInstanceId);
    const found = strandedRows === 0 ? ['no row is reported as stranded although some are'] : [];
    const named = await instanceOf(sandbox, sandbox.region, sourceInstanceId);
    if (named?.DbiResourceId === resourceId) {
      // Nothing is set aside yet: without an acceptance nothing may be.
      const order = { database, mode: 'rebuild', reason: 'nobody has read what is stranded' };
      const { status } = await runMachine(sandbox, sandbox.region, 'dr-failback', order);
      const after = await instanceOf(sandbox, sandbox.region, sourceInstanceId);
      if (status === 'SUCCEEDED' || after?.DbiResourceId !== resourceId)
        found.push(`the old primary was set aside although nobody has accepted what it has alone (${status})`);
    }
    const dns = devStage().databases[database]?.dns;
    const watched = await watchBothSides(place, {
      ...{ workflow: 'dr-failback', region: sandbox.region },
      from: { region: away, id: replicaId },
      to: { region: sandbox.region, id: sourceInstanceId },
      targets: { from: dns?.second ?? '', to: dns?.primary ?? '' },
      isSwitched: (to) =>
        to !== undefined && to.ReadReplicaSourceDBInstanceIdentifier === undefined && to.DbiResourceId !== resourceId,
    });
    prepared = { watched, accepted, resourceId, rows: await oldPrimary(place, resourceId), found };
  },
  input: ({ database }) => ({
    ...{ database, mode: 'failback', reason: 'a fault sweep' },
    ...prepared?.accepted,
  }),
  async violationsThere(facts) {
    if (prepared === undefined) return ['nothing was prepared'];
    const { watched, resourceId, rows, found } = prepared;
    const { place, change } = watched;
    const [execution] = facts.executions;
    const record = recordIn(facts, execution?.name, (value) => FailbackRecord.parse(value));
    const result = record?.result ?? resultOf(execution?.error ?? null, execution?.output);
    const said: Said | undefined =
      record !== undefined
        ? {
            ...{ ...record, lossSeconds: 0, isRecorded: true },
            // It goes back with the lease.
            mayTurnAt: record.phases.find(({ name }) => name === 'TakeLease')?.startedAt ?? null,
          }
        : result === undefined
          ? undefined
          : { ...unrecorded, result, left: leftInMessages(watched, facts) };
    try {
      const violations = await holdToItsWord(watched, facts, said, {
        old: leaseHolder(change.from.region, change.from.id),
        new: leaseHolder(change.to.region, change.to.id),
        target: change.targets.to,
      });
      const after = await onceMore(() => oldPrimary(place, resourceId));
      if (after !== rows) violations.push(`the old primary had ${rows}, and now ${after}`);
      return [...found, ...violations];
    } finally {
      await watched.stop();
      prepared = undefined;
    }
  },
};

/** A busy machine lets a connection or a register wait, and each of these finds what the first call has done. */
const onceMore = <T>(work: () => Promise<T>): Promise<T> => work().catch(() => work());

/** Of the instance that was the primary before the promotion: under its own name, or set aside. */
async function oldResource(sandbox: Watched['place']['sandbox'], id: string): Promise<string> {
  const aside = sandbox.rds.inspect
    .instances(sandbox.region)
    .map(({ identifier }) => identifier)
    .find((identifier) => identifier.startsWith(`${id}-old-`));
  return (await instanceOf(sandbox, sandbox.region, aside ?? id))?.DbiResourceId ?? '';
}

/** Nobody has written down when the name was allowed to turn. */
const unrecorded = {
  isRecorded: false,
  mayTurnAt: new Date(0).toISOString(),
  ...{ severity: 'P1' as const, fence: null, lossSeconds: 0, left: [] },
  ...{ confirmed: null, nameFailure: null, hardenFailure: null },
};

/** Of an execution that could not be recorded. */
function resultOf(error: string | null, output: unknown): FailbackResult | undefined {
  if (error === 'FailbackUnfinished') return 'unfinished';
  if (error === 'FenceLeftUp') return 'not undone';
  if (error === 'NotFailedBack') return 'refused';
  return (output as { result?: FailbackResult } | null)?.result;
}
