import * as fb from '../../../shared/contracts/dr-failback/dr-failback.ts';
import * as dr from '../../../shared/contracts/dr-promotion/dr-promotion.ts';
import type { PromotionFence } from '../../../shared/contracts/dr-promotion/fence.ts';
import * as leases from '../../../shared/contracts/dr-promotion/lease.ts';
import * as names from '../../../shared/contracts/dr-promotion/name.ts';
import type { Replay } from '../../../shared/contracts/dr-promotion/replay.ts';
import { FailbackOutcome, PublishOutcomeInput, PublishOutcomeOutput } from '../../../shared/contracts/outcome.ts';
import { assessFailback } from '../../../shared/domain/dr/assess-failback.ts';
import { workflowBench } from '../workflow-support.ts';

const contracts = {
  planFailback: [fb.PlanFailbackInput, fb.PlanFailbackOutput],
  findStranded: [fb.FindStrandedInput, fb.FindStrandedOutput],
  claimPromotion: [dr.ClaimPromotionInput, dr.ClaimPromotionOutput],
  setAsideOld: [fb.SetAsideOldInput, fb.SetAsideOldOutput],
  rebuildReplica: [fb.RebuildReplicaInput, fb.RebuildReplicaOutput],
  checkCaughtUp: [fb.CheckCaughtUpInput, fb.CheckCaughtUpOutput],
  fencePrimary: [dr.FencePrimaryInput, dr.FencePrimaryOutput],
  checkLease: [leases.CheckLeaseInput, leases.CheckLeaseOutput],
  checkDrained: [dr.CheckDrainedInput, dr.CheckDrainedOutput],
  compareSides: [fb.CompareSidesInput, fb.CompareSidesOutput],
  takeLease: [leases.TakeLeaseInput, leases.TakeLeaseOutput],
  giveBackLease: [leases.GiveBackLeaseInput, leases.GiveBackLeaseOutput],
  promoteReplica: [dr.PromoteReplicaInput, dr.PromoteReplicaOutput],
  checkPromoted: [dr.CheckPromotedInput, dr.CheckPromotedOutput],
  openPromoted: [dr.OpenPromotedInput, dr.OpenPromotedOutput],
  switchName: [names.SwitchNameInput, names.SwitchNameOutput],
  confirmByClient: [names.ConfirmByClientInput, names.ConfirmByClientOutput],
  hardenPromoted: [dr.HardenPromotedInput, dr.HardenPromotedOutput],
  markReplaced: [fb.MarkReplacedInput, fb.MarkReplacedOutput],
  liftFence: [dr.LiftFenceInput, dr.LiftFenceOutput],
  recordFailback: [fb.RecordFailbackInput, fb.RecordFailbackOutput],
  publishOutcome: [PublishOutcomeInput, PublishOutcomeOutput],
} as const;

const at = '2026-03-01T05:00:00.000Z';
const replay: Replay = { lsn: '0/30', receivedLsn: '0/30', lastCommitAt: at, at };
const held = { epoch: 4, holder: 'us-west-2/fantasy-dr', counter: 9 };
const watch = { 'us-west-2': { content: held, since: 0 }, 'us-east-2': { content: held, since: 0 } };
const plannedLease: leases.PlannedLease = {
  ...{ mode: 'enforce', holder: held.holder, epoch: 4, isFence: false },
  watch,
};
export const sha256 = 'a'.repeat(64);
export const plan: fb.FailbackPlan = {
  ...{ database: 'fantasy', mode: 'failback', isActed: true, reason: 'a test', accept: null, acceptUnknown: null },
  primary: {
    ...{ region: 'us-west-2', instanceId: 'fantasy-dr', arn: 'arn', status: 'available', isMultiAz: true },
    ...{ keptOut: [], partedAt: '740:742:' },
  },
  old: { instanceId: 'fantasy-dev', resourceId: 'db-1', arn: 'arn', status: 'available', isSetAside: false },
  asideId: 'fantasy-dev-old-1',
  replica: { region: 'us-east-1', instanceId: 'fantasy-dev', status: null },
  lease: plannedLease,
  name: 'fantasy.db.example.internal',
  refusals: [],
};
export const stranded = {
  ...{ sha256, rows: 0, tables: [], notRead: [], transactions: 3, heartbeats: 0, isAccepted: true },
  ...{ key: 'stranded.json', pageKey: 'stranded.html' },
};
export const refusal = { reason: '4 rows exist only on the old primary', remedy: 'accept them' };
const fenced: PromotionFence = { kind: 'fenced', epoch: 4, roles: ['app'], endedSessions: 1, lsn: '0/30', at };
export const drained: dr.CheckDrainedOutput = { replay, isDrained: true, lossSeconds: 0, isAccepted: true };
export const led = {
  name: 'fantasy.db.example.internal',
  ...{ target: 'fantasy-dev.example.com', expected: 'fantasy-dev.example.com' },
};

export const bench = workflowBench({
  workflow: 'dr-failback',
  contracts,
  soundInput: { database: 'fantasy', mode: 'failback', reason: 'a test' },
  soundRun: {
    planFailback: () => ({ plan }),
    findStranded: () => ({ stranded, refusals: [] }),
    claimPromotion: () => ({ claimKey: 'dr-promotion/fantasy/claims/claim-000002.txt' }),
    setAsideOld: (_, call) => ({ isSetAside: call > 2, status: call > 2 ? 'available' : 'renaming' }),
    rebuildReplica: (_, call) => ({ isAvailable: call > 2, status: call > 2 ? 'available' : 'creating' }),
    checkCaughtUp: (_, call) => ({ replay, bytesBehind: call > 1 ? 0 : 99_999_999, isCaughtUp: call > 1 }),
    fencePrimary: () => fenced,
    checkLease: ({ watch: seen }) => ({ isOver: true, watch: seen, silent: [] }),
    checkDrained: () => drained,
    compareSides: () => ({ tables: 3, rows: '100', uncompared: 0, differing: [] }),
    takeLease: () => ({ epoch: 5, holder: 'us-east-1/fantasy-dev', registers: 3 }),
    giveBackLease: () => ({ registers: 3 }),
    promoteReplica: ({ replicaId }) => ({ replicaId }),
    checkPromoted: () => ({ isPromoted: true, isReplica: false, isUntouched: false, status: 'available' }),
    openPromoted: () => ({ endpoint: 'fantasy-dev.example.com:5432', roles: ['app'], writableAt: at }),
    switchName: () => ({ ...led, isSwitched: true }),
    confirmByClient: () => ({ name: led.name, target: led.target, role: 'app', transaction: '800', at }),
    hardenPromoted: () => ({ changed: [] }),
    markReplaced: ({ primary }) => ({ instanceId: primary.instanceId }),
    liftFence: () => ({ roles: ['app'] }),
    recordFailback: (input) => {
      const { result, severity, summary, left } = assessFailback(input);
      return {
        ...{ database: 'fantasy', result, severity, summary, left },
        ...{ recordKey: 'record.json', reportKey: 'report.html' },
      };
    },
    publishOutcome: () => ({ messageId: 'message-1' }),
  },
});
type Run = Awaited<ReturnType<typeof bench.run>>;
export const publishedOf = ({ calls }: Run) =>
  calls.publishOutcome.map(({ outcome }) => FailbackOutcome.parse(outcome))[0];
export const resultOf = (run: Run) => publishedOf(run)?.result;
/** Whether anything was set aside, who was kept out, whether RDS was asked, and whether they were let in again. */
export const counts = ({ calls }: Run) => [
  calls.setAsideOld.length,
  calls.fencePrimary.length,
  calls.promoteReplica.length,
  calls.liftFence.length,
];

/** What a failback comes to when the answer of a task is one that no state can carry. */
export const notCarried = {
  ...{ planFailback: 'refused', findStranded: 'refused', claimPromotion: 'refused' },
  ...{ setAsideOld: 'stopped', rebuildReplica: 'stopped', checkCaughtUp: 'stopped' },
  ...{ fencePrimary: 'undone', checkLease: 'undone', checkDrained: 'undone', compareSides: 'undone' },
  ...{ takeLease: 'undone', checkPromoted: 'unfinished', openPromoted: 'unfinished' },
  ...{ switchName: 'failed back', confirmByClient: 'failed back', hardenPromoted: 'failed back' },
  ...{ markReplaced: 'failed back', recordFailback: 'failed back' },
} as const;

/** Tasks that are called again after each transient error. */
export const askedAgain = [
  ...['planFailback', 'findStranded', 'setAsideOld', 'rebuildReplica'],
  ...['compareSides', 'recordFailback'],
] as const;
