// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the sources write their own
import type { MistakesInFile } from '../mistake.ts';

const domain = 'tests/unit/shared/domain/restore';

/** A restore for real use: what is created, who decides, and what is deleted. */
export const restoreForUse: readonly MistakesInFile[] = [
  {
    file: 'shared/domain/resource/candidate.ts',
    tests: ['tests/unit/shared/domain/resource/candidate.property.test.ts'],
    mistakes: [
      {
        name: 'a restored database is named as a copy where its source is',
        find: 'sourceInstanceId.startsWith(copyPrefix) ? `of-${sourceInstanceId}` : sourceInstanceId',
        replace: 'sourceInstanceId',
      },
      { name: 'each attempt takes the same name', find: '`${executionName}/${attempt}`', replace: 'executionName' },
      {
        name: 'a restored database bears the tags of a copy where its source does',
        find: 'filter(([key]) => !isOthers(key))',
        replace: 'filter(([key]) => key !== tagKeys.candidateOf)',
      },
      { name: 'more tags are asked for than RDS takes', find: 'const mostTags = 48', replace: 'const mostTags = 60' },
      {
        name: 'the source itself may be given up',
        find: "if (sourceInstanceIds.includes(instanceId)) return 'is a source instance of operations.yml';",
        replace: '',
      },
      {
        name: 'an instance of any name is taken for the restored one',
        find: 'if (instanceId !== expected)',
        replace: 'if (expected === undefined)',
      },
      {
        name: 'what another execution restored may be given up',
        find: 'if (tags[tagKeys.restoredBy] !== executionName)',
        replace: 'if (tags[tagKeys.restoredBy] === undefined)',
      },
      {
        name: 'what was handed over may be given up',
        find: 'return tags[tagKeys.candidateOf] === expected.executionName',
        replace: 'return expected.executionName !== undefined',
      },
    ],
  },
  {
    file: 'shared/domain/restore/wanted-backup.ts',
    tests: [`${domain}/wanted-backup.test.ts`],
    mistakes: [
      {
        name: 'just before a whole second brings that second back',
        find: '/[1-9]/.test(fraction) ? at : at - 1000',
        replace: 'at',
      },
      {
        name: 'a snapshot of another instance is restored',
        find: 'if (found.instanceId !== instance)',
        replace: 'if (found.instanceId === undefined)',
      },
      {
        name: 'the oldest snapshot is taken for the newest',
        find: 'Number(right.createdAt) - Number(left.createdAt)',
        replace: 'Number(left.createdAt) - Number(right.createdAt)',
      },
      {
        name: 'a moment that cannot be restored is asked for',
        find: 'if (why !== undefined || window.latest === undefined)',
        replace: 'if (window.latest === undefined)',
      },
      {
        name: 'nobody hears that the snapshot was found bad',
        find: 'const notes = isGood(found)',
        replace: 'const notes = verdict',
      },
    ],
  },
  {
    file: 'shared/domain/restore/restore-refusals.ts',
    tests: [`${domain}/restore-refusals.test.ts`],
    mistakes: [
      {
        name: 'the last instance of the quota is none',
        find: 'instances.used >= instances.most',
        replace: 'instances.used > instances.most',
      },
      {
        name: 'storage is not counted',
        find: 'storageGb.used + settings.storageGb > storageGb.most',
        replace: 'storageGb.used > storageGb.most',
      },
      {
        name: 'one full subnet refuses all',
        find: '.every((count) => count === 0)',
        replace: '.some((count) => count === 0)',
      },
      { name: 'any zone will do', find: '!multi.some((offer) =>', replace: 'multi.some((offer) => false && ' },
      {
        name: 'a restore begins that nobody may answer',
        find: 'facts.approvers.length === 0',
        replace: 'facts.approvers.length < 0',
      },
    ],
  },
  {
    file: 'shared/domain/restore/parity.ts',
    tests: [`${domain}/parity.test.ts`],
    mistakes: [
      {
        name: 'a tag that is missing is no difference',
        find: 'candidate.tags[key] !== value',
        replace: 'key in candidate.tags && candidate.tags[key] !== value',
      },
      {
        name: 'a setting that came later is not named',
        find: 'if (now === then) return [];',
        replace: 'if (now === then || now === undefined) return [];',
      },
      {
        name: 'a value ends at its second equals sign',
        find: "setting.slice(setting.indexOf('=') + 1)",
        replace: "(setting.split('=')[1] ?? '')",
      },
    ],
  },
  {
    file: 'shared/domain/restore/is-answer-to.ts',
    tests: [`${domain}/answers.test.ts`],
    mistakes: [
      {
        name: 'a yes to the restore is one to its hand-over',
        find: 'decisions[question].includes(decision)',
        replace: 'Object.values(decisions).flat().includes(decision)',
      },
    ],
  },
  {
    file: 'shared/domain/restore/assess-restore.ts',
    tests: [`${domain}/assess-restore.test.ts`],
    mistakes: [
      {
        name: 'what could not be deleted is called given up',
        find: "if (deleteFailure !== null) return 'not deleted';",
        replace: '',
      },
      { name: 'a failed check wakes nobody', find: ' || hasFailed', replace: '' },
      {
        name: 'what is to differ is left to a person',
        find: "differences.filter(({ kind }) => kind === 'left')",
        replace: 'differences',
      },
    ],
  },
  {
    file: 'statemachines/restore.asl.yml',
    tests: ['tests/workflows/restore/restore.test.ts'],
    mistakes: [
      {
        name: 'a plan is acted upon',
        find: '$not($plan.isActed) or $count($plan.refusals) > 0',
        replace: '$count($plan.refusals) > 0',
      },
      {
        name: 'a restore begins though something speaks against it',
        find: '$not($plan.isActed) or $count($plan.refusals) > 0',
        replace: '$not($plan.isActed)',
      },
      {
        name: 'nobody is asked in production',
        find: "$plan.needsApproval and $decided.decision != 'another-moment'",
        replace: 'false',
      },
      {
        name: 'what nobody answered about is deleted',
        find: "$decided.decision in ['give-up', 'another-moment']",
        replace: "$decided.decision in ['give-up', 'another-moment', null]",
      },
      {
        name: 'another moment is restored before the first is gone',
        find: "$states.input.isGone and $decided.decision = 'another-moment'",
        replace: "$decided.decision = 'another-moment'",
      },
      {
        name: 'another moment takes the name of the first',
        find: "attempt: '{% $attempt + 1 %}'",
        replace: "attempt: '{% $attempt %}'",
      },
      {
        name: 'an answer of somebody else ends the question',
        find: '$decided.decision = null and $asked < 20',
        replace: 'false',
      },
      {
        name: 'what RDS may have begun is called refused',
        find: '          isStarted: true\n          failure: *failure',
        replace: '          failure: *failure',
      },
    ],
  },
  {
    file: 'shared/pg/just-before/look-up-event.ts',
    tests: ['tests/sandbox/restore/just-before.test.ts'],
    mistakes: [
      {
        name: 'an open transaction with the newest id has not begun',
        find: 'of wholeIds(id, BigInt(server.end))',
        replace: 'of wholeIds(id, BigInt(server.end)).filter((whole) => whole < BigInt(server.end))',
      },
      {
        name: 'a question about a transaction that has not begun fails',
        find: "=== '22023'",
        replace: "=== '22024'",
      },
    ],
  },
  {
    file: 'shared/pg/bootstrap/foreign-objects.ts',
    tests: ['tests/sandbox/restore/just-before.test.ts'],
    mistakes: [
      {
        name: 'functions of ours are strangers to a session that looks into schema gameday first',
        find: "const signature = `'gameday.' ||",
        replace: "const signature = `'' ||",
      },
    ],
  },
  {
    file: 'resources/roles/restore.yml',
    tests: ['tests/repository/roles.test.ts'],
    mistakes: [
      {
        name: 'the role may delete what was handed over',
        find: "        aws:ResourceTag/pg-gameday:candidate-of: 'false'\n        aws:ResourceTag/pg-gameday:made-by: 'true'",
        replace: "        aws:ResourceTag/pg-gameday:made-by: 'true'",
      },
    ],
  },
];
