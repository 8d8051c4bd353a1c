import type { SetupPlan, SetupRefusal, SetupSide, SetupWanted } from './setup.ts';
import { publicationSteps, type SetupTables, tablesToReplicate } from './setup-publication.ts';
import { setupRefusals } from './setup-refusals.ts';
import { subscriptionSteps } from './setup-subscription.ts';
import { literal } from './sql-text.ts';

/**
 * From what both sides are to what they must be. What is as it should be needs no step, so a second plan after the first is empty. A
 * table that cannot be replicated is never published: its updates would fail on the primary.
 */
export function planSetup(primary: SetupSide, standby: SetupSide, wanted: SetupWanted): SetupPlan {
  const refused: SetupRefusal[] = [...setupRefusals(primary, standby, wanted)];
  const tables: SetupTables = tablesToReplicate(primary, standby);
  refused.push(...tables.refused);
  if (refused.some(({ stops }) => stops)) return { steps: [], refused };
  const publication = [...publicationSteps(primary.facts, tables.names, wanted)];
  const subscription = subscriptionSteps(primary, standby, {
    ...{ wanted, tables: tables.names, isChanged: publication.length > 0 },
  });
  refused.push(...subscription.refused);
  const steps = [...publication, ...subscription.steps];
  for (const [name, value] of Object.entries(primary.facts.sequences)) {
    const other = standby.facts.sequences[name];
    const refuse = (message: string, remedy: string) => refused.push({ subject: name, message, remedy, stops: false });
    if (other === undefined) {
      refuse('is not on the standby', 'Create it there: definitions are not replicated.');
    } else if (value !== null && (other ?? 0) < value) {
      if (!standby.setup.sequences.includes(name)) {
        refuse(
          'may not be set by gameday_replicate',
          'Name its owner in capabilities.replicate.owners, and bootstrap.',
        );
        continue;
      }
      const target = value + wanted.sequenceMargin;
      steps.push({
        side: 'standby',
        title: `sequence ${name} from ${other ?? 'its start'} to ${target}`,
        sql: `select pg_catalog.setval(${literal(name)}::pg_catalog.regclass, ${target}, true)`,
        isSecret: false,
      });
    }
  }
  return { steps, refused };
}
