import type { MistakesInFile } from '../../mistake.ts';

const machine = ['tests/workflows/disaster-recovery/dr-promotion.test.ts'];
const assessed = ['tests/unit/shared/domain/dr/automatic.test.ts'];
const answers = ['tests/unit/functions/promotion-decision.test.ts'];
const approvals = ['tests/unit/shared/domain/dr/approval.test.ts', ...answers];

/** Who decides: one who may not, the same one twice, an alarm that is over, a primary that lives. */
export const decision: readonly MistakesInFile[] = [
  {
    file: 'statemachines/dr-promotion.asl.yml',
    tests: machine,
    mistakes: [
      {
        name: 'an alarm promotes without a look at the primary',
        find: "- Condition: '{% $plan.automatic != null %}'\n        Next: WatchPrimary",
        replace: "- Condition: '{% $plan.automatic != null %}'\n        Next: DeclareLost",
      },
      {
        name: 'a primary that lives is promoted away from',
        find: `"{% $seen.verdict = 'alive' %}"`,
        replace: `"{% $seen.verdict = 'never' %}"`,
      },
      {
        name: 'the machine decides where policy wants people',
        find: "$seen.verdict = 'lost' and $plan.automatic.mayDecide or",
        replace: "$seen.verdict = 'lost' or",
      },
      {
        name: 'doubt is enough',
        find: "$seen.verdict = 'lost' and $plan.automatic.mayDecide or",
        replace: '$plan.automatic.mayDecide or',
      },
      {
        name: 'nobody is asked in prod',
        find: "- Condition: '{% $plan.approval != null and $not($isApproved) %}'",
        replace: "- Condition: '{% false %}'",
      },
      {
        name: 'one yes is enough for a switch',
        find: "- Condition: '{% $count($approvedBy) >= $plan.approval.needed %}'",
        replace: "- Condition: '{% $count($approvedBy) >= 1 %}'",
      },
      {
        name: 'a question without answers is a yes',
        find: '          phases: *asked\n        Next: RecordPromotion',
        replace: '          phases: *asked\n        Next: FencePrimary',
      },
      {
        name: 'nobody looks at the primary again when it was approved',
        find: "join($approvedBy, ', ')}]) %}\"\n        Next: WatchPrimary",
        replace: "join($approvedBy, ', ')}]) %}\"\n        Next: DeclareLost",
      },
      {
        name: 'a no is asked for again',
        find: `"{% $states.input.decision = 'refuse' %}"`,
        replace: `"{% false %}"`,
      },
      {
        name: 'each answer has the whole time anew',
        find: "decision: { seconds: '{% $floor(($askUntil - $toMillis($now())) / 1000) %}' }",
        replace: "decision: { seconds: '{% 2 * $plan.approval.seconds %}' }",
      },
    ],
  },
  {
    file: 'shared/domain/dr/automatic.ts',
    tests: assessed,
    mistakes: [
      {
        name: 'a stale alarm promotes',
        find: "if (alarm !== null && alarm !== 'ALARM') return",
        replace: 'if (false) return',
      },
      {
        name: 'a region whose RDS answers is lost',
        find: "if (status != null) return say('alive'",
        replace: "if (status === 'available') return say('alive'",
      },
      {
        name: 'a replica that receives does not speak for its primary',
        find: '!isAtLeast(before.receivedLsn, replay.receivedLsn)',
        replace: 'false',
      },
      {
        name: 'a lease that does not fence is taken for a fence',
        find: "if (!isFence) return say('doubt'",
        replace: "if (false) return say('doubt'",
      },
      {
        name: 'more is lost than policy allows',
        find: 'if (lossSeconds > mostLossSeconds)',
        replace: 'if (lossSeconds > mostLossSeconds + 3600)',
      },
      {
        name: 'people accept less than is lost while they answer',
        find: '(isFence ? 60 : askSeconds + 900)',
        replace: '60',
      },
      {
        name: 'an alarm promotes what is decided by hand',
        find: "if (decision === 'by hand')\n    refuse(",
        replace: "if (decision === ('never' as never))\n    refuse(",
      },
    ],
  },
  {
    file: 'shared/domain/dr/approval.ts',
    tests: approvals,
    mistakes: [
      {
        name: 'a switch in prod asks nobody',
        find: "(stage === 'prod' && aloneBecause === undefined)",
        replace: 'false',
      },
    ],
  },
  {
    file: 'functions/dr-promotion/check-promotion-answer.ts',
    tests: answers,
    mistakes: [
      {
        name: 'whoever is not listed may say yes',
        find: 'if (approver === undefined)\n',
        replace: 'if (approver === person)\n',
      },
      {
        name: 'the same person counts twice',
        find: "if (decision === 'approve' && whoApproved(before).includes(approver))",
        replace: 'if (false)',
      },
      {
        name: 'an answer to another execution counts',
        find: 'decisionText(executionName, decision)',
        replace: "decisionText(signed['x-pg-gameday-answer']?.split(' ')[1] ?? '', decision)",
      },
    ],
  },
  {
    file: 'functions/dr-promotion/watch-primary.ts',
    tests: answers,
    mistakes: [
      {
        name: 'a renewed lease is no sign of life',
        find: "? { kind: 'held', reason: looked.held }",
        replace: "? { kind: 'over', reason: looked.held }",
      },
      {
        name: 'the alarm that started it is believed for ever',
        find: "((await stateOf(automatic.alarm)) ?? 'gone')",
        replace: "'ALARM'",
      },
    ],
  },
  {
    file: 'shared/domain/dr/assess-promotion.ts',
    tests: machine,
    mistakes: [
      {
        name: 'a question that nobody answers wakes nobody',
        find: "if (failure?.error === 'ApprovalExpired') return 'P1';",
        replace: '',
      },
      {
        name: 'a primary that lives wakes people',
        find: "const quiet = ['PrimaryAlive', ",
        replace: 'const quiet = [',
      },
    ],
  },
  {
    file: 'shared/domain/dr/next-path.ts',
    tests: ['tests/unit/shared/domain/dr/next-path.test.ts'],
    mistakes: [
      {
        name: 'an old backup is the way though a newer snapshot is there',
        find: 'restorableUntil >= snapshot.takenAt',
        replace: 'restorableUntil <= snapshot.takenAt',
      },
      {
        name: 'a snapshot that nobody has proven is restored',
        find: '{ snapshot: snapshot.id }',
        replace: "{ snapshot: 'newest' }",
      },
    ],
  },
  {
    file: 'packaging/health/promoting-alarms.cjs',
    tests: ['tests/unit/packaging/promoting-alarms.test.ts'],
    mistakes: [
      {
        name: 'every lost primary starts a promotion',
        find: ".filter((database) => ['approve', 'auto'].includes(database?.promotion?.decision))",
        replace: '.filter((database) => database !== null)',
      },
    ],
  },
  {
    file: 'shared/policy/schema/promotion.ts',
    tests: ['tests/unit/shared/policy/promotion-conflicts.test.ts'],
    mistakes: [
      { name: 'one person is enough where nothing is said', find: 'count(1, 5), 2)', replace: 'count(1, 5), 1)' },
    ],
  },
  {
    file: 'shared/policy/conflicts/promotion.ts',
    tests: ['tests/unit/shared/policy/promotion-conflicts.test.ts'],
    mistakes: [
      {
        name: 'one person decides in prod',
        find: "stageName === 'prod' && needed < 2",
        replace: "stageName === 'prod' && needed < 1",
      },
      {
        name: 'an alarm decides about a primary that nothing fences',
        find: "decision === 'auto' && lease.mode !== 'enforce'",
        replace: "decision === 'auto' && lease.mode === 'off'",
      },
    ],
  },
];
