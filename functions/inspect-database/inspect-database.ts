import { connectionTarget } from '../../shared/aws/rds/connection-target.ts';
import { makeRds } from '../../shared/aws/rds/instances.ts';
import { makeSecrets } from '../../shared/aws/secrets.ts';
import { config } from '../../shared/config.ts';
import { InspectDatabaseInput, InspectDatabaseOutput } from '../../shared/contracts/inspect-database.ts';
import { describeCode } from '../../shared/domain/verification/foreign-code.ts';
import { AwsUnavailableError, OperationError } from '../../shared/errors.ts';
import { defineTask } from '../../shared/lambda/define-task.ts';
import { planBootstrap } from '../../shared/pg/bootstrap/apply-bootstrap.ts';
import { bootstrapSql } from '../../shared/pg/bootstrap/bootstrap-sql.ts';
import { foreignObjects } from '../../shared/pg/bootstrap/foreign-objects.ts';
import { readBootstrapVersion } from '../../shared/pg/bootstrap/version.ts';
import { readForeignCode } from '../../shared/pg/foreign-code/read-foreign-code.ts';
import { withConnection } from '../../shared/pg/session/connect.ts';
import { readSelfStarting } from '../../shared/pg/session/self-starting.ts';
import { readServerFacts } from '../../shared/pg/session/server-facts.ts';
import { databasePolicy, operations } from '../../shared/policy/operations.ts';
import { askedDatabase } from '../../shared/rules/asked-database.ts';

/**
 * Logs in as the functions do, from where they run, and reports what of the bootstrap the database has. What keeps it from
 * looking is an answer, not an error. Reads only, so a second call is harmless.
 */
export const inspectDatabase = defineTask({
  input: InspectDatabaseInput,
  output: InspectDatabaseOutput,
  deps: () => ({ rds: makeRds(), secrets: makeSecrets(), policy: operations(), stage: config().stage }),
  async run({ request }, { rds, secrets, policy, stage }) {
    const database = askedDatabase(request, policy, stage);
    const found = databasePolicy(policy, stage, database);
    const inspected = { database, instanceId: found.instance };
    try {
      const target = await connectionTarget({ rds, secrets }, found, found.instance);
      return await withConnection(target, { purpose: 'inspects the set-up', readOnly: true }, async (client) => {
        const { version } = await readServerFacts(client);
        const { capabilities } = found;
        const planned = await planBootstrap(
          client,
          bootstrapSql({ role: target.user, database: found.database, capabilities }),
        );
        const isMaster = target.user === (await rds.findInstance(found.instance))?.masterUser;
        return {
          ...inspected,
          failure: null,
          server: { version, role: target.user, isMaster, bootstrapVersion: await readBootstrapVersion(client) },
          foreign: await foreignObjects(client, target.user),
          code: [...(await readForeignCode(client, found.trustedOwners)).values()].flatMap(({ planned, written }) =>
            [...planned, ...written].map(describeCode),
          ),
          selfStarting: await readSelfStarting(client),
          steps: planned.map(({ title, why, optional, satisfied, subject = null }) => ({
            title,
            why,
            optional,
            satisfied,
            subject,
          })),
        };
      });
    } catch (error) {
      if (error instanceof AwsUnavailableError || !(error instanceof OperationError)) throw error;
      return {
        ...inspected,
        failure: { error: error.name, message: error.message },
        server: null,
        foreign: [],
        steps: [],
        selfStarting: [],
      };
    }
  },
});
export const { handler } = inspectDatabase;
