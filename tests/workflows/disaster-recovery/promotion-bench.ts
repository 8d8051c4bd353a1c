import * as decisions from '../../../shared/contracts/dr-promotion/decision.ts';
import * as dr from '../../../shared/contracts/dr-promotion/dr-promotion.ts';
import type { PromotionFence } from '../../../shared/contracts/dr-promotion/fence.ts';
import * as leases from '../../../shared/contracts/dr-promotion/lease.ts';
import * as names from '../../../shared/contracts/dr-promotion/name.ts';
import type { Replay } from '../../../shared/contracts/dr-promotion/replay.ts';
import { PromotionOutcome, PublishOutcomeInput, PublishOutcomeOutput } from '../../../shared/contracts/outcome.ts';
import { assessPromotion } from '../../../shared/domain/dr/assess-promotion.ts';
import { workflowBench } from '../workflow-support.ts';

const contracts = {
  planPromotion: [dr.PlanPromotionInput, dr.PlanPromotionOutput],
  claimPromotion: [dr.ClaimPromotionInput, dr.ClaimPromotionOutput],
  watchPrimary: [decisions.WatchPrimaryInput, decisions.WatchPrimaryOutput],
  askPromotion: [decisions.AskPromotionInput, decisions.AskPromotionOutput],
  checkPromotionAnswer: [decisions.CheckPromotionAnswerInput, decisions.CheckPromotionAnswerOutput],
  fencePrimary: [dr.FencePrimaryInput, dr.FencePrimaryOutput],
  checkLease: [leases.CheckLeaseInput, leases.CheckLeaseOutput],
  takeLease: [leases.TakeLeaseInput, leases.TakeLeaseOutput],
  giveBackLease: [leases.GiveBackLeaseInput, leases.GiveBackLeaseOutput],
  checkDrained: [dr.CheckDrainedInput, dr.CheckDrainedOutput],
  promoteReplica: [dr.PromoteReplicaInput, dr.PromoteReplicaOutput],
  checkPromoted: [dr.CheckPromotedInput, dr.CheckPromotedOutput],
  openPromoted: [dr.OpenPromotedInput, dr.OpenPromotedOutput],
  switchName: [names.SwitchNameInput, names.SwitchNameOutput],
  confirmByClient: [names.ConfirmByClientInput, names.ConfirmByClientOutput],
  hardenPromoted: [dr.HardenPromotedInput, dr.HardenPromotedOutput],
  liftFence: [dr.LiftFenceInput, dr.LiftFenceOutput],
  recordPromotion: [dr.RecordPromotionInput, dr.RecordPromotionOutput],
  publishOutcome: [PublishOutcomeInput, PublishOutcomeOutput],
} as const;

const targets = { rtoSeconds: 3600, rpoSeconds: 900 };
const at = '2026-03-01T05:00:00.000Z';
const replay: Replay = { lsn: '0/30', receivedLsn: '0/30', lastCommitAt: at, at };
export const held = { epoch: 4, holder: 'us-east-1/fantasy-dev', counter: 9 };
export const watch = { 'us-west-2': { content: held, since: 0 }, 'us-east-2': { content: held, since: 0 } };
export const lease: leases.PlannedLease = { mode: 'enforce', holder: held.holder, epoch: 4, isFence: false, watch };
export const plan: dr.PromotionPlan = {
  database: 'fantasy',
  isActed: true,
  reason: 'a test',
  mostLossSeconds: 0,
  primaryIsDown: null,
  primary: { region: 'us-east-1', instanceId: 'fantasy-dev', status: 'available', isMultiAz: true, keptOut: [] },
  replica: { region: 'us-west-2', instanceId: 'fantasy-dr', arn: 'arn', status: 'available', replay },
  predictedLossSeconds: 0,
  lease,
  name: 'fantasy.db.example.internal',
  ...{ automatic: null, approval: null, refusals: [] },
};
/** Of an alarm, where policy lets it decide; and people may be asked. */
export const automatic = {
  ...plan,
  automatic: { alarm: 'an-alarm', mayDecide: true, isNothingLost: false },
  lease: { ...lease, isFence: true },
  primary: { ...plan.primary, status: null, keptOut: null },
} satisfies dr.PromotionPlan;
export const approval = { needed: 2, seconds: 1800, approvers: ['anna', 'ben'] };
export const lost: decisions.WatchPrimaryOutput = {
  ...{ verdict: 'lost', reason: 'nothing answers', lossSeconds: 310, acceptSeconds: 370, isLeaseOver: true, watch, at },
};
/** An answer, and who has said yes by then. */
export const answered = (approver: string | null, ...approvedBy: readonly string[]) => ({
  answer: {
    ...{ decision: approver === null ? null : ('approve' as const), person: approver, approver },
    ...{ reason: `approve by ${approver}`, at },
  },
  approvedBy: [...approvedBy],
});
const fenced: PromotionFence = { kind: 'fenced', epoch: 0, roles: ['app'], endedSessions: 1, lsn: '0/30', at };
export const drained: dr.CheckDrainedOutput = { replay, isDrained: true, lossSeconds: 0, isAccepted: true };

export const led = {
  name: 'fantasy.db.example.internal',
  target: 'fantasy-dr.example.com',
  expected: 'fantasy-dr.example.com',
};
const client = { name: led.name, target: led.target, role: 'app', transaction: '800' };

export const bench = workflowBench({
  workflow: 'dr-promotion',
  contracts,
  soundInput: { database: 'fantasy', mode: 'promote', reason: 'a test' },
  soundRun: {
    planPromotion: () => ({ plan }),
    claimPromotion: () => ({ claimKey: 'dr-promotion/fantasy/claims/claim-000001.txt' }),
    watchPrimary: () => lost,
    askPromotion: () => ({ answer: { decision: 'approve', signed: {} } }),
    checkPromotionAnswer: () => answered('ben', 'anna', 'ben'),
    fencePrimary: () => fenced,
    checkLease: ({ watch: seen }) => ({ isOver: true, watch: seen, silent: [] }),
    takeLease: () => ({ epoch: 5, holder: 'us-west-2/fantasy-dr', registers: 3 }),
    giveBackLease: () => ({ registers: 3 }),
    checkDrained: () => drained,
    promoteReplica: ({ replicaId }) => ({ replicaId }),
    checkPromoted: () => ({ isPromoted: true, isReplica: false, isUntouched: false, status: 'available' }),
    openPromoted: () => ({ endpoint: 'fantasy-dr.example.com:5432', roles: ['app'], writableAt: at }),
    switchName: () => ({ ...led, isSwitched: true }),
    confirmByClient: () => ({ ...client, at }),
    hardenPromoted: () => ({ changed: [] }),
    liftFence: () => ({ roles: ['app'] }),
    recordPromotion: (input) => {
      const { result, severity, summary, left } = assessPromotion(input, targets);
      return {
        database: 'fantasy',
        result,
        severity,
        summary,
        left,
        recordKey: 'record.json',
        reportKey: 'report.html',
      };
    },
    publishOutcome: () => ({ messageId: 'message-1' }),
  },
});
type Run = Awaited<ReturnType<typeof bench.run>>;
export const publishedOf = ({ calls }: Run) =>
  calls.publishOutcome.map(({ outcome }) => PromotionOutcome.parse(outcome));
export const resultOf = (run: Run) => publishedOf(run)[0]?.result;
export const leaseCalls = ({ calls }: Run) => [
  calls.checkLease.length,
  calls.takeLease.length,
  calls.giveBackLease.length,
];
export const counts = ({ calls }: Run) => [
  calls.fencePrimary.length,
  calls.promoteReplica.length,
  calls.liftFence.length,
];

/** What a promotion comes to when the answer of a task is one that no state can carry. */
export const notCarried = {
  planPromotion: 'refused',
  claimPromotion: 'refused',
  fencePrimary: 'undone',
  checkLease: 'undone',
  checkDrained: 'undone',
  takeLease: 'undone',
  checkPromoted: 'unfinished',
  openPromoted: 'unfinished',
  switchName: 'promoted',
  confirmByClient: 'promoted',
  hardenPromoted: 'promoted',
  recordPromotion: 'promoted',
} as const;

/** Tasks that are called again after each transient error. */
export const askedAgain = [
  'planPromotion',
  'claimPromotion',
  'checkLease',
  'takeLease',
  'promoteReplica',
  'checkPromoted',
  'recordPromotion',
  'publishOutcome',
] as const;
