import type { SweptWorkflow } from '../../fault-sweep/swept-workflow.ts';
import { asAdministrator } from '../../postgres/administration.ts';

/** Of the last run: roles that are kept out of a database that is sound. */
let keptOut: readonly string[] = [];
let look = async (): Promise<readonly string[]> => [];

/** One fault in one pass keeps nobody out: the lease of the pass before is still valid. */
export const workflow: SweptWorkflow = {
  input: () => ({}),
  async prepare({ sandbox, database, sourceInstanceId }) {
    look = async () => {
      const server = sandbox.rds.inspect.server(sandbox.region, sourceInstanceId);
      const { rows } = await asAdministrator(
        server,
        (client) => client.query<{ role: string }>('select role::text from gameday.fenced_role'),
        database,
      );
      return rows.map(({ role }) => role);
    };
    keptOut = await look();
  },
  violations: () => keptOut.map((role) => `role '${role}' is kept out although its database is sound`),
};
