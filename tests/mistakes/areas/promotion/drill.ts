// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the sources write their own
import type { MistakesInFile } from '../../mistake.ts';

const scope = ['tests/unit/shared/domain/dr/drill-scope.property.test.ts'];
const tasks = ['tests/unit/functions/dr-drill.test.ts'];
const machine = ['tests/workflows/disaster-recovery/dr-drill.test.ts'];
const assessed = ['tests/unit/shared/domain/dr/assess-drill.test.ts'];

/** A rehearsal that touches production, or that says more than it has seen. */
export const drill: readonly MistakesInFile[] = [
  {
    file: 'shared/domain/dr/drill-scope.ts',
    tests: scope,
    mistakes: [
      {
        name: 'a drill has the lease of production',
        find: 'lease: `drill/${id}`,',
        replace: "lease: 'fantasy',",
        tests: tasks,
      },
      {
        name: 'what production has is of a scope, if it is called so',
        find: "if (isProductions[named.kind].includes(named.name)) return 'is of production';",
        replace: '',
      },
      {
        name: 'a scope that somebody put together is believed',
        find: '({ executionName }: DrillScope, production: Production, named: Named): string | undefined {',
        replace:
          '(scope: DrillScope, production: Production, named: Named): string | undefined {\n  const { executionName } = scope, drillScope = () => scope;',
      },
      {
        name: 'an instance of another scope is of this one',
        find: 'if (tags[tagKeys.scope] !== id)',
        replace: 'if (tags[tagKeys.scope] === undefined)',
      },
      { name: 'two drills have one scope', find: 'shortHash(executionName)', replace: "shortHash('drill')" },
    ],
  },
  {
    file: 'functions/dr-drill/clean-up-drill.ts',
    tests: tasks,
    mistakes: [
      {
        name: 'an instance is removed without a look at its tags',
        find: "      requireInScope(own, { kind: 'instance', name: id, tags: found.tags });\n",
        replace: '',
      },
      {
        name: 'the endpoint of production is removed, too',
        find: '[scope.replicaId, scope.primaryId]',
        replace: "[scope.replicaId, scope.primaryId, 'fantasy-dr']",
      },
      {
        name: 'the lease of production is removed',
        find: 'await removed(place, scope.leaseKey)',
        replace: 'await removed(place, `lease/${database}.json`)',
      },
    ],
  },
  {
    file: 'functions/dr-drill/promote-drill-replica.ts',
    tests: tasks,
    mistakes: [
      {
        name: 'a replica of production is promoted',
        find: 'found.sourceId !== primaryId && !isAsked',
        replace: 'found.sourceId === undefined && !isAsked',
      },
    ],
  },
  {
    file: 'functions/dr-drill/fence-drill.ts',
    tests: tasks,
    mistakes: [
      {
        name: 'an instance is fenced that is of no scope',
        find: "requireInScope(names, { kind: 'instance'",
        replace: "if (stage === 'prod') requireInScope(names, { kind: 'instance'",
      },
    ],
  },
  {
    file: 'shared/pg/replication/client-row.ts',
    tests: tasks,
    mistakes: [
      {
        name: 'a row is called written that nobody has read back',
        find: '  if (await isRowThere(connected, statements, marker))\n    return',
        replace: '  if (marker.length > 0)\n    return',
      },
      {
        name: 'a row of somebody else is taken for its own',
        find: 'rows.length === 1 && String(rows[0]?.[0]) === marker',
        replace: 'rows.length >= 0',
      },
    ],
  },
  {
    file: 'shared/domain/dr/assess-drill.ts',
    tests: assessed,
    mistakes: [
      {
        name: 'the RTO counts from the start of the drill',
        find: "const ordered = 'FenceDrill'",
        replace: "const ordered = 'PlanDrill'",
      },
      {
        name: 'the RTO ends when the instance is promoted',
        find: "const confirmedBy = 'ConfirmDrill'",
        replace: "const confirmedBy = 'AwaitPromotion'",
      },
      {
        name: 'the RPO is known although an acknowledged row is lost',
        find: 'drained === null || confirmed?.isBeforeThere !== true ?',
        replace: 'drained === null ?',
      },
      {
        name: 'the RPO of the backup counts from the clean-up',
        find: 'Date.parse(fence.at) - Date.parse(plan.backup.takenAt)',
        replace: 'Date.parse(phases.at(-1)?.endedAt ?? fence.at) - Date.parse(plan.backup.takenAt)',
      },
      {
        name: 'a drill that took too long is in time',
        find: 'measured.rtoSeconds <= targets.rtoSeconds &&',
        replace: '',
      },
    ],
  },
  {
    file: 'statemachines/dr-drill.asl.yml',
    tests: machine,
    mistakes: [
      {
        name: 'a plan of a drill is acted upon',
        find: '$plan.isActed and $count($plan.refusals) = 0',
        replace: '$count($plan.refusals) = 0',
      },
      {
        name: 'a loss in a drill is accepted',
        find: '$drained.isDrained and $drained.isAccepted',
        replace: '$polls > 60 or $drained.isAccepted',
      },
      { name: 'a drill that was not in time succeeds', find: " and $states.input.severity = 'P4'", replace: '' },
    ],
  },
];
