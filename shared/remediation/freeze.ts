import { oldestTable, type TableTarget } from '../domain/remediation/replication.ts';
import { freezeTable, readTables } from '../pg/remediation/replication.ts';
import type { Remedy } from './remedy.ts';

/** What is frozen when it is cut off stays so: the next one goes on from there. */
export const freezeOldestTable: Remedy<TableTarget> = {
  look: (context) => context.inSession(async (client) => oldestTable(await readTables(client), context.rule.freeze)),
  describe: ({ name, age }) => `table ${name} has transaction ids of ${age} transactions ago`,
  apply: (context, target) =>
    context.inSession(async (client) => {
      const again = oldestTable(await readTables(client), context.rule.freeze);
      if ('refusal' in again) return { isApplied: false, reason: again.refusal };
      if (again.target.oid !== target.oid) return { isApplied: false, reason: `it is table ${again.target.name} now` };
      await freezeTable(client, again.target);
      return { isApplied: true, reason: `table ${again.target.name} was vacuumed` };
    }),
  check: (context, { oid, age }) =>
    context.inSession(async (client) => {
      const found = (await readTables(client)).find((table) => table.oid === oid);
      if (found === undefined) return { isReached: true, reason: 'the table is not among the oldest any more' };
      return { isReached: found.age < age, reason: `table ${found.name} is ${found.age} ids old, it was ${age}` };
    }),
};
