import type { Mistake } from './mistake.ts';
import type { toolsOf } from './sound-account.ts';

/** What is there of a bootstrap, and is not what this version makes. */
export const bootstrapMistakes = (tools: () => ReturnType<typeof toolsOf>): readonly Mistake[] => [
  {
    title: 'a bootstrap of version 1',
    make: () => tools().asGameday('comment on schema gameday is null'),
    undo: () => tools().asGameday("comment on schema gameday is 'pg-gameday bootstrap version 2'"),
    named: 'bootstrap is version 2',
    says: /version 1[\s\S]*bootstrap-database -- own/,
    also: ['bootstrap is complete'],
  },
  {
    title: 'a rule on the heartbeat',
    make: () => tools().asGameday('create rule loud as on insert to gameday.heartbeat do also notify heard'),
    undo: () => tools().asGameday('drop rule loud on gameday.heartbeat'),
    named: 'nothing of a stranger in schema gameday',
    says: /table gameday\.heartbeat has rule loud[\s\S]*DROP RULE loud ON gameday\.heartbeat/,
  },
];
