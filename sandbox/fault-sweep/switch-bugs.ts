import type { DeliberateBug } from './deliberate-bug.ts';

/** RDS of the first region answers no more: nobody there can be fenced, and its primary is sound all the same. */
const silent = 'fencePrimary/rds:DescribeDBInstances#1+=error';
/** It is gone, for longer than a lease. */
const gone = 'fencePrimary/lambda:Invoke#1=cut-region:us-east-1+60000';

type Choices = { Next: string }[];

/** Mistakes in changing which database is the primary, and in rehearsing it. */
export const switchBugs: readonly DeliberateBug[] = [
  {
    title: 'a promotion before the lease ends',
    workflow: 'dr-promotion',
    edits: [
      {
        file: 'shared/domain/lease/pass.ts',
        find: 'isSameContent(seen.content, content) && now - seen.since > waitFor',
        replace: 'now - seen.since >= 0 * waitFor',
      },
    ],
    fault: silent,
    finds: /two writers|rows after it was said to be/,
  },
  {
    title: 'a fence that nobody checks',
    workflow: 'dr-promotion',
    edits: [
      {
        file: 'shared/lease/fence-instance.ts',
        find: 'await putUpFence(client, { epoch, byPerson: true });',
        replace: 'await putUpFence(client, { epoch, byPerson: true }).catch(() => ({ roles: [], ended: 0 }));',
      },
      {
        file: 'shared/pg/fence/fence-session.ts',
        find: 'from gameday.fence($1, $2)`',
        replace: 'from gameday.fences($1, $2)`',
      },
    ],
    finds: /two writers|rows after it was said to be/,
  },
  {
    title: 'a loss that is not declared',
    workflow: 'dr-promotion',
    edits: [
      {
        file: 'shared/domain/dr/drained.ts',
        find: "fence.kind === 'fenced' && isDrained ? 0",
        replace: 'isDrained ? 0',
      },
    ],
    fault: gone,
    finds: /nothing is lost of a primary that nobody reached|nor in the declared loss/,
  },
  {
    title: 'a name that turns before the new primary was verified',
    workflow: 'dr-promotion',
    machine: {
      workflow: 'dr-promotion',
      change: ({ States }) => {
        const choiceOf = (state: string) => (States[state]?.['Choices'] as Choices | undefined)?.[0] ?? { Next: '' };
        choiceOf('IsPromoted').Next = 'HasName';
        choiceOf('IsNameSwitched').Next = 'OpenPromoted';
        Object.assign(States['OpenPromoted'] ?? {}, { Next: 'ConfirmByClient' });
      },
    },
    finds: /the name led to an instance that nobody had verified/,
  },
  {
    title: 'a failback that nobody has accepted',
    workflow: 'dr-failback',
    edits: [
      {
        file: 'shared/domain/dr/stranded.ts',
        find: 'if (rows === 0 && notRead.length === 0) return [];',
        replace: 'if (rows >= 0) return [];',
      },
    ],
    finds: /set aside although nobody has accepted/,
  },
  {
    title: "a drill in production's scope, and no guard of the name in code",
    workflow: 'dr-drill',
    edits: [
      {
        file: 'shared/domain/dr/drill-scope.ts',
        find: ['label: `gd-$', '{id}`'].join(''),
        replace: "label: 'fantasy'",
      },
      {
        file: 'shared/domain/dr/drill-scope.ts',
        find: "if (isProductions[named.kind].includes(named.name)) return 'is of production';",
        replace: 'if (isProductions[named.kind].length < 0) return undefined;',
      },
      {
        file: 'shared/domain/dr/drill-scope.ts',
        find: 'return own.filter((name) => taken.has(name));',
        replace: 'return taken.size < 0 ? own : [];',
      },
    ],
    finds: /is refused to|[-+] record/,
  },
];
