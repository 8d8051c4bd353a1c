import type { DrillPlan } from '../../contracts/dr-drill/dr-drill.ts';
import type { Refusal } from '../../contracts/dr-promotion/dr-promotion.ts';

/** What the plan of a drill was told. `failed`: what could not be looked at, in words. */
export type DrillFacts = {
  readonly here: string;
  readonly second: string | undefined;
  readonly database: string;
  /** Of operations.yml. */
  readonly missing: readonly Refusal[];
  /** Names of the scope that production has, too. */
  readonly taken: readonly string[];
  readonly backup: { readonly id: string } | undefined;
  /** Class and parameter group stand in the tags of the snapshot. */
  readonly isDescribed: boolean;
  /** What a copy would start by itself; null: nobody could look. */
  readonly unquiet: readonly string[] | null;
};

/** Everything that speaks against a drill, before anything is made. */
export function drillRefusals(facts: DrillFacts): DrillPlan['refusals'] {
  const { here, second, database, backup, unquiet, taken } = facts;
  const refusals: Refusal[] = [...facts.missing];
  if (here !== second)
    refusals.push({
      reason: `this is ${here}, a promotion is rehearsed in ${second ?? 'a second region, and there is none'}`,
      remedy: `Start dr-drill in ${second ?? 'the second region, once the stage has one'}.`,
    });
  if (taken.length > 0)
    refusals.push({
      reason: `'${taken.join("', '")}' of the drill's scope is production's`,
      remedy: 'Give the instance or the name in operations.yml another one: a drill may touch nothing of production.',
    });
  if (backup === undefined)
    refusals.push({
      reason: `no backup of '${database}' in ${here} is proven`,
      remedy: 'Run backup-and-verify; its copy in the second region is what a drill restores.',
    });
  else if (!facts.isDescribed)
    refusals.push({
      reason: `the tags of '${backup.id}' do not say how its instance is set up`,
      remedy: 'Let backup-and-verify copy one here: class and parameter group stand in its tags.',
    });
  if (unquiet === null)
    refusals.push({
      reason: 'nobody could look at what a copy would start by itself',
      remedy: 'Rehearse when the primary answers; while it does not, dr-promotion is the machine to start.',
    });
  else if (unquiet.length > 0)
    refusals.push({
      reason: `a copy of '${database}' would not be quiet: ${unquiet.join(', ')}`,
      remedy:
        "Name a quiet 'copyParameterGroup' of the database in operations.yml; docs/runbooks/restore-test.md says how.",
    });
  return refusals;
}
