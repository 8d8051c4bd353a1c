// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the sources write their own
import type { MistakesInFile } from '../mistake.ts';
import { decision } from './promotion/decision.ts';
import { drill } from './promotion/drill.ts';
import { failback } from './promotion/failback.ts';
import { leaseAndName } from './promotion/lease-and-name.ts';
import { targets } from './promotion/targets.ts';

const functions = ['tests/unit/functions/dr-promotion.test.ts'];
const machine = ['tests/workflows/disaster-recovery/dr-promotion.test.ts'];
const drained = ['tests/unit/shared/domain/dr/drained.property.test.ts'];

/** Promotion: two that write, a loss that nobody stated, applications that are kept out. */
export const promotion: readonly MistakesInFile[] = [
  ...leaseAndName,
  ...failback,
  ...drill,
  ...decision,
  ...targets,
  {
    file: 'statemachines/dr-promotion.asl.yml',
    tests: machine,
    mistakes: [
      {
        name: 'a plan is acted upon',
        find: '$plan.isActed and $count($plan.refusals) = 0',
        replace: '$count($plan.refusals) = 0',
      },
      {
        name: 'a promotion is begun though something speaks against it',
        find: '$plan.isActed and $count($plan.refusals) = 0',
        replace: '$plan.isActed',
      },
      {
        name: 'a primary that nobody reaches is taken for one that is down',
        find: "$plan.primaryIsDown != null ? {'kind'",
        replace: "true ? {'kind'",
      },
      {
        name: 'RDS is asked before the lease of the primary has ended',
        find: "- Condition: '{% $states.input.isOver %}'",
        replace: "- Condition: '{% true %}'",
      },
      {
        name: 'RDS is asked without the lease',
        find: "- Condition: '{% $plan.lease != null %}'\n        Next: TakeLease",
        replace: "- Condition: '{% false %}'\n        Next: TakeLease",
      },
      {
        name: 'a lease that its primary does not enforce is taken for a fence',
        find: '$plan.lease != null and $plan.lease.isFence ? {',
        replace: '$plan.lease != null ? {',
      },
      {
        name: 'a primary that fences itself is taken to have written nothing since it was silent',
        find: "$merge([$fence, {'at': $now()}])",
        replace: '$fence',
      },
      {
        name: 'the fence is lifted before the lease is given back',
        find: "- Condition: '{% $isLeaseTaken %}'",
        replace: "- Condition: '{% false %}'",
      },
      {
        name: 'the name is turned before the instance is open',
        find: '          failure: null\n        Next: OpenPromoted',
        replace: '          failure: null\n        Next: HasName',
      },
      {
        name: 'the fence is asked again after it may have been put up',
        find: 'Retry: ${file(statemachines/retries.yml):fence} #',
        replace: 'Retry: ${file(statemachines/retries.yml):promotion} #',
      },
      {
        name: 'what is not drained is promoted although its loss was not accepted',
        find: '($drained.isDrained or $polls > 60) and $not($drained.isAccepted)',
        replace: '$drained.isDrained and $not($drained.isAccepted)',
      },
      {
        name: 'the fence is lifted when RDS may have been asked',
        find: "'{% $states.input.isUntouched %}'",
        replace: "'{% $states.input.isReplica %}'",
      },
      {
        name: 'the fence of somebody else is lifted',
        find: '$plan.primary.keptOut = null or $count($plan.primary.keptOut) > 0',
        replace: '$plan.primary.keptOut = null',
      },
      {
        name: 'an unfinished promotion ends well',
        find: "$states.input.result = 'planned' or",
        replace: "$states.input.result = 'planned' or $states.input.result = 'unfinished' or",
      },
    ],
  },
  {
    file: 'shared/domain/dr/drained.ts',
    tests: drained,
    mistakes: [
      {
        name: 'the log of the primary counts as replayed before its end',
        find: 'isAtLeast(replay.lsn, fence.lsn)',
        replace: 'isAtLeast(fence.lsn, replay.lsn)',
      },
      {
        name: 'of a lost primary nothing is lost once all that came over is replayed',
        find: "fence.kind === 'fenced' && isDrained ? 0",
        replace: 'isDrained ? 0',
      },
      {
        name: 'a loss that nobody knows is accepted',
        find: 'lossSeconds !== null && lossSeconds <= mostLossSeconds',
        replace: 'Number(lossSeconds) <= mostLossSeconds',
      },
    ],
  },
  {
    file: 'shared/domain/verification/lsn.ts',
    tests: drained,
    mistakes: [
      { name: 'LSNs are compared as text', find: 'bytesOfLsn(one) >= bytesOfLsn(other)', replace: 'one >= other' },
    ],
  },
  {
    file: 'functions/dr-promotion/fence-primary.ts',
    tests: functions,
    mistakes: [
      { name: 'a fence that may be up counts as not begun', find: '        hasBegun = true;\n', replace: '' },
      {
        name: 'a fence that was not begun counts as one that may be up',
        find: 'let hasBegun = false;',
        replace: 'let hasBegun = true;',
      },
    ],
  },
  {
    file: 'functions/dr-promotion/promote-replica.ts',
    tests: functions,
    mistakes: [
      {
        name: 'any replica of the primary is promoted',
        find: 'found === undefined || !isAllowed || !isReplica',
        replace: 'found === undefined || !isReplica',
      },
      {
        name: 'a replica of any instance is promoted',
        find: 'found === undefined || !isAllowed || !isReplica',
        replace: 'found === undefined || !isAllowed',
      },
    ],
  },
  {
    file: 'shared/aws/rds/standby/promote-once.ts',
    tests: functions,
    mistakes: [
      {
        name: 'the replica bears no word of the execution when RDS is asked',
        find: '{ [tagKeys.promotedBy]: executionName, ...tags }',
        replace: 'tags',
      },
      {
        name: 'a refusal of a second call is taken for the truth',
        find: 'wasAsked || !isRefusal(thrown)',
        replace: '!isRefusal(thrown)',
      },
    ],
  },
  {
    file: 'functions/dr-promotion/check-promoted.ts',
    tests: functions,
    mistakes: [
      { name: 'a replica is called promoted', find: 'isPromoted: !isReplica && ', replace: 'isPromoted: ' },
      {
        name: 'a replica that bears the word of the execution is called untouched',
        find: 'isReplica && found.tags[tagKeys.promotedBy] !== executionName',
        replace: 'isReplica',
      },
    ],
  },
  {
    file: 'functions/dr-promotion/claim-promotion.ts',
    tests: functions,
    mistakes: [
      {
        name: 'two promotions go on at once',
        find: "state?.status === 'RUNNING'",
        replace: "state?.status === 'STARTED'",
      },
    ],
  },
  {
    file: 'shared/domain/dr/refusals.ts',
    tests: ['tests/unit/shared/domain/dr/refusals.test.ts'],
    mistakes: [
      {
        name: 'a replica without the tag is planned',
        find: 'replica.tags[tagKeys.replicaOf] !== database',
        replace: 'false',
      },
      {
        name: 'a promotion is begun where nobody may fence',
        find: '!canFence && request.primaryIsDown === undefined',
        replace: 'false',
      },
      { name: 'a fence that leaks is good enough', find: 'fenceFaults.length > 0', replace: 'fenceFaults.length > 9' },
    ],
  },
  {
    file: 'shared/pg/replication/replay.ts',
    tests: ['tests/sandbox/dr/promotion.test.ts'],
    mistakes: [
      { name: 'the end of the log is its beginning', find: 'pg_current_wal_flush_lsn()::text', replace: "'0/1'::text" },
    ],
  },
];
