// Prepares a database for the functions: npm run bootstrap-database -- fantasy --url postgres://postgres@…/fantasy
import type pg from 'pg';
import { oneOf, something } from '../../shared/command-line/grammar.ts';
import { catalogueDeadline } from '../../shared/deadlines.ts';
import { CommandLineError } from '../../shared/errors.ts';
import { applyBootstrap, planBootstrap, setSearchPath } from '../../shared/pg/bootstrap/apply-bootstrap.ts';
import { bootstrapSql } from '../../shared/pg/bootstrap/bootstrap-sql.ts';
import type { BootstrapStep } from '../../shared/pg/bootstrap/bootstrap-step.ts';
import { type Capabilities, type Capability, capabilityNames } from '../../shared/pg/bootstrap/capabilities-sql.ts';
import { bootstrapVersion, readBootstrapVersion } from '../../shared/pg/bootstrap/version.ts';
import { withConnection } from '../../shared/pg/session/connect.ts';
import { operatorCommand, startWhenCalled } from '../command.ts';
import { targetOf } from './target-of.ts';

const help = `pg-gameday bootstrap-database: what the functions need in a database, planned first

  npm run bootstrap-database -- fantasy --url postgres://postgres@host/fantasy            shows what is missing
  npm run bootstrap-database -- fantasy --url postgres://postgres@host/fantasy --apply    does it
  npm run bootstrap-database -- fantasy --sql                                             prints it as SQL for psql

Log in as the master user; the password comes from PGPASSWORD or the URL. PGSSLROOTCERT names the file of the
authorities that the server's certificate must be of: those of RDS are at https://truststore.pki.rds.amazonaws.com.

Options
  --url <url>        postgres://user@host:port/database
  --role <name>      role that the functions log in as (gameday)
  --capability <c>   also the role of a capability: monitor, maintain, fence, remedy, replicate or restore; may be repeated
  --fence-role <r>   a role that an application logs in as, for the fence; may be repeated
  --publication <p>  the publication that the second region subscribes to, for replicate
  --owner <r>        a role that owns tables to be replicated, for replicate; may be repeated
  --marker-role <r>  a role that may mark moments by gameday.mark('release 42'); may be repeated
  --scratch          the instance is thrown away: the role that restores may make databases
  --apply            take the steps that are missing
  --sql              print the SQL and connect to nothing
  --help             this text

Exit code 0: everything is there; 1: a step is missing; 2: it did not come to that.`;

export const bootstrapDatabase = operatorCommand({
  help,
  grammar: {
    command: 'npm run bootstrap-database --',
    options: {
      url: { type: 'string' },
      role: { type: 'string', default: 'gameday' },
      capability: { type: 'string', multiple: true, default: [] },
      'fence-role': { type: 'string', multiple: true, default: [] },
      publication: { type: 'string' },
      owner: { type: 'string', multiple: true, default: [] },
      'marker-role': { type: 'string', multiple: true, default: [] },
      scratch: { type: 'boolean', default: false },
      apply: { type: 'boolean', default: false },
      sql: { type: 'boolean', default: false },
    },
    values: {
      role: something,
      capability: oneOf(...capabilityNames),
      'fence-role': something,
      publication: something,
      owner: something,
      'marker-role': something,
    },
    actions: {
      '': {
        words: ['<database>'],
        options: [
          'url',
          'role',
          'capability',
          'fence-role',
          'publication',
          'owner',
          'marker-role',
          'scratch',
          'apply',
          'sql',
        ],
      },
    },
  },
  async run({ words: [database = ''], values }, { line }) {
    const capabilities = capabilitiesOf(values.capability, {
      fenceRoles: values['fence-role'],
      publication: values.publication,
      owners: values.owner,
      scratch: values.scratch,
    });
    const steps = bootstrapSql({ role: values.role, database, capabilities, markerRoles: values['marker-role'] });
    if (values.sql && values.apply)
      throw new CommandLineError('--sql and --apply exclude each other', {
        hints: ['--sql prints what psql would carry out; --apply carries it out.'],
      });
    if (values.sql) {
      line(sqlLines(steps).join('\n'));
      return 0;
    }
    if (values.url === undefined)
      throw new CommandLineError('--url is missing', { hints: ['Or print the SQL for psql with --sql.'] });
    const target = targetOf(values.url, database);
    const options = { purpose: 'bootstrap', statementTimeout: catalogueDeadline, readOnly: !values.apply };
    return withConnection(target, options, (client) => (values.apply ? apply(client, steps) : plan(client, steps)));
  },
});

async function plan(client: pg.Client, steps: readonly BootstrapStep[]): Promise<number> {
  const version = await readBootstrapVersion(client);
  console.log(
    version === null
      ? `No bootstrap is here; this one is version ${bootstrapVersion}.\n`
      : `Version ${version} is here; this one is version ${bootstrapVersion}.\n`,
  );
  const planned = await planBootstrap(client, steps);
  for (const { title, why, satisfied, optional } of planned) {
    console.log(`${satisfied ? '✔ present ' : optional ? '△ optional' : '✚ missing '}  ${title}`);
    if (!satisfied) console.log(`              ${why}`);
  }
  const missing = planned.filter(({ satisfied, optional }) => !satisfied && !optional);
  console.log(missing.length === 0 ? '\nNothing is missing.' : `\n${missing.length} missing; --apply takes them.`);
  return missing.length === 0 ? 0 : 1;
}

async function apply(client: pg.Client, steps: readonly BootstrapStep[]): Promise<number> {
  for (const { title, outcome, detail } of await applyBootstrap(client, steps)) {
    console.log(`✔ ${outcome.padEnd(8)}  ${title}${detail === undefined ? '' : `: ${detail}`}`);
  }
  console.log('\nNow give each role a password (\\password in psql) and store it as its secret of operations.yml.');
  return 0;
}

/** A word for a capability that nobody asked for is a mistake, not a wish that is dropped. */
function capabilitiesOf(
  wanted: readonly string[],
  {
    fenceRoles,
    publication,
    owners,
    scratch,
  }: {
    readonly fenceRoles: readonly string[];
    readonly publication: string | undefined;
    readonly owners: readonly string[];
    readonly scratch: boolean;
  },
): Capabilities {
  const has = (capability: Capability) => wanted.includes(capability);
  if (has('fence') !== fenceRoles.length > 0) {
    throw new CommandLineError('--capability fence and --fence-role go together', {
      hints: ['Name each role that an application logs in as.'],
    });
  }
  if (publication !== undefined && !has('replicate'))
    throw new CommandLineError('--publication is for --capability replicate');
  if (owners.length > 0 && !has('replicate')) throw new CommandLineError('--owner is for --capability replicate');
  if (scratch && !has('restore')) throw new CommandLineError('--scratch is for --capability restore');
  return {
    ...(has('monitor') ? { monitor: {} } : {}),
    ...(has('maintain') ? { maintain: {} } : {}),
    ...(has('fence') ? { fence: { roles: fenceRoles } } : {}),
    ...(has('remedy') ? { remedy: {} } : {}),
    ...(has('replicate') ? { replicate: { publication, owners } } : {}),
    ...(has('restore') ? { restore: { scratch } } : {}),
  };
}

function sqlLines(steps: readonly BootstrapStep[]): string[] {
  return [
    `\\set ON_ERROR_STOP on\n${setSearchPath};\n`,
    ...steps.map(({ title, why, sql, optional }) =>
      // An optional step may be refused by the server, and another one serves instead.
      optional
        ? `-- ${title}: ${why}\n\\set ON_ERROR_STOP off\n${sql};\n\\set ON_ERROR_STOP on\n`
        : `-- ${title}: ${why}\n${sql};\n`,
    ),
  ];
}

await startWhenCalled(import.meta.url, bootstrapDatabase);
