import { PromotionRecord, type PromotionResult } from '../../../shared/contracts/dr-promotion/dr-promotion.ts';
import { leaseHolder } from '../../demo/lease-registers.ts';
import { recordIn } from '../../fault-sweep/record-in.ts';
import type { SweptWorkflow } from '../../fault-sweep/swept-workflow.ts';
import { devStage } from '../../stage-policy.ts';
import { leftInMessages, type Watched, watchBothSides } from './both-sides.ts';
import { holdToItsWord } from './converge.ts';
import { awayOf, replicaId, soundSetUp } from './sound-set-up.ts';
import type { Said } from './switch-violations.ts';

let watched: Watched | undefined;

/**
 * A switch of a primary that is written to, while the agents of both regions and the dead-men look on. Whatever strikes it: never two
 * writers, nothing lost without a word, what it says is so, and what it leaves to a person brings it to a good end.
 */
export const workflow: SweptWorkflow = {
  inSecondRegion: true,
  beside: ['keep-lease'],
  async prepare(place) {
    await watched?.stop();
    watched = undefined;
    await soundSetUp(place);
    const { sandbox, sourceInstanceId } = place;
    const region = awayOf(sandbox);
    const dns = devStage().databases[place.database]?.dns;
    watched = await watchBothSides(place, {
      ...{ workflow: 'dr-promotion', region },
      from: { region: sandbox.region, id: sourceInstanceId },
      to: { region, id: replicaId },
      targets: { from: dns?.primary ?? '', to: dns?.second ?? '' },
      isSwitched: (to) => to !== undefined && to.ReadReplicaSourceDBInstanceIdentifier === undefined,
    });
  },
  input: ({ database }) => ({ database, mode: 'promote', reason: 'a fault sweep', mostLossSeconds: 600 }),
  async violationsThere(facts) {
    if (watched === undefined) return ['nothing was prepared'];
    const { change } = watched;
    const [execution] = facts.executions;
    const record = recordIn(facts, execution?.name, (value) => PromotionRecord.parse(value));
    const result = record?.result ?? resultOf(execution?.error ?? null, execution?.output);
    const said: Said | undefined =
      record !== undefined
        ? { ...record, isRecorded: true, mayTurnAt: record.opened?.writableAt ?? null }
        : result === undefined
          ? undefined
          : saidInstead(result, execution?.output, leftInMessages(watched, facts));
    try {
      return await holdToItsWord(watched, facts, said, {
        old: leaseHolder(change.from.region, change.from.id),
        new: leaseHolder(change.to.region, change.to.id),
        target: change.targets.to,
      });
    } finally {
      await watched.stop();
      watched = undefined;
    }
  },
};

/** What an execution says that could not be recorded: its output, or the little that its error says. */
function saidInstead(result: PromotionResult, output: unknown, left: string[]): Said {
  const { summary = '' } = (output ?? {}) as { summary?: string };
  const seconds = /at most (\d+) s are lost/.exec(summary)?.[1];
  return {
    ...{
      result,
      severity: 'P1',
      fence: null,
      left,
      confirmed: null,
      nameFailure: null,
      hardenFailure: null,
    },
    lossSeconds: seconds === undefined ? (summary.includes('nothing is lost') ? 0 : null) : Number(seconds),
    ...{ isRecorded: false, mayTurnAt: new Date(0).toISOString() },
  };
}

/** Of an execution that could not be recorded. */
function resultOf(error: string | null, output: unknown): PromotionResult | undefined {
  if (error === 'PromotionUnfinished') return 'unfinished';
  if (error === 'FenceLeftUp') return 'not undone';
  if (error === 'NotPromoted') return 'refused';
  return (output as { result?: PromotionResult } | null)?.result;
}
