// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the sources write their own
import type { MistakesInFile } from '../../mistake.ts';

const machine = ['tests/workflows/disaster-recovery/dr-failback.test.ts'];
const domain = ['tests/unit/shared/domain/dr/failback.test.ts'];
const functions = ['tests/unit/functions/dr-failback.test.ts'];

/** The way back: rows that are left behind unread, an old primary that is overwritten, a switch that loses rows. */
export const failback: readonly MistakesInFile[] = [
  {
    file: 'statemachines/dr-failback.asl.yml',
    tests: machine,
    mistakes: [
      {
        name: 'the old primary is set aside before anybody has accepted what it has alone',
        find: '$count($refusals) = 0 and $stranded.isAccepted',
        replace: 'true',
      },
      {
        name: 'a failback is begun though something speaks against it',
        find: '$count($plan.refusals) = 0 and ',
        replace: '',
      },
      {
        name: 'a plan of a failback is acted upon',
        find: '$plan.isActed and ',
        replace: '',
      },
      {
        name: 'the primary is switched before its replica is drained',
        find: '$drained.isDrained and $drained.isAccepted',
        replace: '$drained.isAccepted',
      },
      {
        name: 'a loss is accepted in a planned switch',
        find: '$drained.isDrained and $drained.isAccepted',
        replace: '$drained.isDrained',
      },
      {
        name: 'the primary is fenced before its replica has caught up',
        find: "- Condition: '{% $isRebuilt %}'",
        replace: "- Condition: '{% true %}'",
      },
      {
        name: 'a rebuilding switches',
        find: `- Condition: "{% $isRebuilt and $plan.mode = 'rebuild' %}"`,
        replace: `- Condition: '{% false %}'`,
      },
      {
        name: 'the lease is not given back before the fence is lifted',
        find: "- Condition: '{% $isLeaseTaken %}'",
        replace: "- Condition: '{% false %}'",
      },
      {
        name: 'a fence that somebody else may have put up is lifted',
        find: "$plan.primary.keptOut = null or $count($plan.primary.keptOut) > 0 %}' #",
        replace: "false %}' #",
      },
      {
        name: 'the fence stays when the two sides differ',
        find: `      phases: *phase
    TimeoutSeconds: 150
    Retry: *database
    Catch: *undo`,
        replace: `      phases: *phase
    TimeoutSeconds: 150
    Retry: *database
    Catch: *catch`,
      },
    ],
  },
  {
    file: 'shared/domain/dr/stranded.ts',
    tests: domain,
    mistakes: [
      {
        name: 'any report is accepted by the acceptance of another',
        find: 'accept !== sha256',
        replace: 'accept === null',
      },
      {
        name: 'what nobody can read counts as nothing',
        find: 'rows === 0 && notRead.length === 0',
        replace: 'rows === 0',
      },
      {
        name: 'what nobody can read is accepted without a reason',
        find: 'notRead.length > 0 && acceptUnknown === null',
        replace: 'false',
      },
      { name: 'the report of another instance is the same one', find: 'old?.resourceId ?? null,', replace: '' },
      {
        name: 'a row more is the same report',
        find: '[table, onlyThere + differs, sha256]',
        replace: '[table]',
      },
    ],
  },
  {
    file: 'shared/domain/dr/parted-at.ts',
    tests: domain,
    mistakes: [
      {
        name: 'a list of open transactions that is too long is taken for none',
        find: '`${oldest}:${oldest}:`',
        replace: "`${snapshot.split(':').slice(0, 2).join(':')}:`",
      },
    ],
  },
  {
    file: 'shared/domain/dr/failback-sides.ts',
    tests: domain,
    mistakes: [
      {
        name: 'a replica of somebody else is taken for the old primary',
        find: 'named.sourceId === undefined && aside === undefined',
        replace: 'aside === undefined',
      },
      {
        name: 'what was replaced already is taken for the primary',
        find: 'tags[tagKeys.replacedBy] === undefined',
        replace: 'true',
      },
    ],
  },
  {
    file: 'shared/pg/stranded/find-stranded.ts',
    tests: ['tests/sandbox/dr/stranded.test.ts'],
    mistakes: [
      {
        name: 'what the old primary changed is taken for equal',
        find: 'if (hash === one.hash) continue;',
        replace: 'if (hash !== undefined) continue;',
      },
      {
        name: 'what is committed there after both have parted is not young',
        find: '(select pg_snapshot_xmax(pg_current_snapshot())::text::int8)',
        replace: '(select pg_snapshot_xmax($1::pg_snapshot)::text::int8)',
      },
      {
        name: 'a table that may not be read is passed over',
        find: 'notRead.push({ what: one.table, why: one.obstacle });',
        replace: '',
      },
    ],
  },
  {
    file: 'functions/dr-failback/find-stranded.ts',
    tests: functions,
    mistakes: [
      {
        name: 'an old primary that is gone holds nothing',
        find: "return unknown('the old primary', 'it is gone')",
        replace: "return { ...unknown('the old primary', 'it is gone'), notRead: [] }",
      },
      {
        name: 'a look that broke off is a look at nothing',
        find: 'if (hasBegun) throw thrown;',
        replace: '',
      },
    ],
  },
  {
    file: 'functions/dr-failback/set-aside-old.ts',
    tests: functions,
    mistakes: [
      {
        name: 'another instance of the same name is renamed',
        find: 'named.resourceId !== old.resourceId',
        replace: 'false',
      },
      {
        name: 'an instance of another database is taken for what was set aside',
        find: 'aside.tags[tagKeys.setAsideOf] !== database || ',
        replace: '',
      },
    ],
  },
  {
    file: 'functions/dr-failback/rebuild-replica.ts',
    tests: functions,
    mistakes: [
      {
        name: 'a replica of another primary is taken',
        find: 'found.sourceId !== primaryArn || ',
        replace: '',
      },
    ],
  },
];
