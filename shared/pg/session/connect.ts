import { readFileSync } from 'node:fs';
import pg from 'pg';
import { catalogueDeadline, connectDeadline, lockDeadline } from '../../deadlines.ts';
import {
  CertificateRejectedError,
  CredentialsRejectedError,
  coerceError,
  DatabaseUnreachableError,
  LoginRefusedError,
  type OperationError,
  UnknownDatabaseError,
} from '../../errors.ts';
import { certificateFault } from '../witness/certificate-fault.ts';
import { nameErrors } from './statement-error.ts';

export type ConnectionTarget = {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password: string;
  /** What the certificate must name where `host` is an address that somebody has resolved. */
  readonly serverName?: string;
};

export type ConnectOptions = {
  /** Shown in pg_stat_activity. */
  readonly purpose: string;
  /** Milliseconds that one statement may take; `catalogueDeadline` when absent. */
  readonly statementTimeout?: number;
  readonly readOnly?: boolean;
  /** Refuses views and foreign tables, whose owner decides what they run: should one take the name of a table meanwhile. */
  readonly tablesOnly?: boolean;
};

/**
 * Settings of every session of ours, so that what a database or a role sets for its own sessions bends none of ours.
 * Text forms are pinned, because the hash method 'text' depends on them; row_security=on, because a policy for our role
 * may let every row through: `relations.ts` decides by the catalogue whether a table is seen whole, and names it when
 * not; search_path names no schema of a user's, so that definitions come out qualified and nobody's function shadows a
 * built-in one; constraint_exclusion would have the planner evaluate CHECK constraints, which call what their owners like.
 * All of them are there in every version from 14 on: the server refuses a login that names an unknown one.
 */
const sessionSettings = {
  role: 'none',
  search_path: 'pg_catalog,pg_temp',
  row_security: 'on',
  datestyle: 'ISO,MDY',
  intervalstyle: 'postgres',
  timezone: 'UTC',
  extra_float_digits: '3',
  bytea_output: 'hex',
  xmlbinary: 'base64',
  xmloption: 'content',
  lc_monetary: 'C',
  lc_numeric: 'C',
  lc_time: 'C',
  quote_all_identifiers: 'off',
  standard_conforming_strings: 'on',
  backslash_quote: 'safe_encoding',
  array_nulls: 'on',
  transform_null_equals: 'off',
  default_transaction_isolation: 'read\\ committed',
  default_transaction_deferrable: 'off',
  // A trigger on login may have to write: what only reads is made so when the session is there.
  default_transaction_read_only: 'off',
  idle_in_transaction_session_timeout: '0',
  idle_session_timeout: '0',
  enable_tidscan: 'on',
  constraint_exclusion: 'partition',
  jit: 'off',
  client_encoding: 'UTF8',
};

/** The same of later versions, where the server has them. */
const laterSettings = { transaction_timeout: '0', restrict_nonsystem_relation_kind: '' };

/** What a login as another role, or a trigger on login, may have changed since: by SET, which outranks the start. */
async function settle(client: pg.Client, settings: Readonly<Record<string, string>>): Promise<void> {
  const pairs = Object.entries({ ...laterSettings, ...settings });
  await client.query({
    text: `/* pg-gameday:session */ select set_config(s.name, v.value, false)
from unnest($1::text[], $2::text[]) as v(name, value) join pg_settings s on s.name = lower(v.name) where s.setting <> v.value`,
    values: [pairs.map(([name]) => name), pairs.map(([, value]) => value)],
  });
}

const settledBy = ({ readOnly, tablesOnly }: ConnectOptions) => ({
  ...(readOnly === true ? { default_transaction_read_only: 'on' } : {}),
  ...(tablesOnly === true ? { restrict_nonsystem_relation_kind: 'view,foreign-table' } : {}),
});

/**
 * Makes a session what it was when it was opened: what code of others has set, prepared, listens to, locked or made in it is
 * gone.
 */
export async function resetSession(client: pg.Client, options: ConnectOptions): Promise<void> {
  await client.query('discard all');
  await settle(client, settledBy(options));
}

/** Of an open connection, for callers that are given one. */
export type Session = pg.Client;

/** Opens one session over TLS with a verified certificate, or throws an error that names what is wrong. */
export async function connect(target: ConnectionTarget, options: ConnectOptions): Promise<pg.Client> {
  const settings = {
    ...sessionSettings,
    lock_timeout: String(lockDeadline),
    statement_timeout: String(options.statementTimeout ?? catalogueDeadline),
  };
  const client = new pg.Client({
    host: target.host,
    port: target.port,
    database: target.database,
    user: target.user,
    password: target.password,
    application_name: `pg-gameday ${options.purpose}`.slice(0, 63),
    connectionTimeoutMillis: connectDeadline,
    keepAlive: true,
    ssl: {
      ca: certificateAuthorities(),
      rejectUnauthorized: true,
      ...(target.serverName === undefined ? {} : { servername: target.serverName }),
    },
    options: Object.entries(settings)
      .map(([name, value]) => `-c ${name}=${value}`)
      .join(' '),
  });
  // Without a listener a connection that breaks while idle would end the process; the next query reports it.
  client.on('error', () => {});
  try {
    await client.connect();
  } catch (thrown) {
    await client.end().catch(() => {});
    throw connectionError(target, thrown);
  }
  const named = nameErrors(client, `'${target.host}:${target.port}'`);
  try {
    await settle(named, settledBy(options));
    return named;
  } catch (thrown) {
    await client.end().catch(() => {});
    throw thrown;
  }
}

export async function withConnection<T>(
  target: ConnectionTarget,
  options: ConnectOptions,
  run: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = await connect(target, options);
  try {
    return await run(client);
  } finally {
    await client.end().catch(() => {});
  }
}

/** The file that libpq's PGSSLROOTCERT names; in Lambda the runtime's own, which holds the authorities of RDS. */
function certificateAuthorities(): string {
  const file = process.env['PGSSLROOTCERT'];
  if (file !== undefined && file !== '') return readFileSync(file, 'utf8');
  throw new CertificateRejectedError('PGSSLROOTCERT is not set, so no server certificate can be verified', {
    hints: ["Compare 'provider.environment' in serverless.yml."],
  });
}

function connectionError(target: ConnectionTarget, thrown: unknown): OperationError {
  const cause = coerceError(thrown);
  const code = (cause as { code?: string }).code ?? '';
  const place = `'${target.host}:${target.port}'`;
  if (code === '28P01' || code === '28000' || code === '42501') {
    return new CredentialsRejectedError(`${place} rejects user '${target.user}' for database '${target.database}'`, {
      hints: ["Does the secret hold the role's present password?", 'Has the role LOGIN and CONNECT?'],
      cause,
    });
  }
  if (code === '3D000') {
    return new UnknownDatabaseError(`server ${place} has no database '${target.database}'`, {
      hints: ["Compare 'database' in operations.yml with the databases of the instance."],
      cause,
    });
  }
  const fault = certificateFault(cause);
  if (fault !== undefined) {
    const reported = code === '' ? fault.what : `${fault.what} (${code})`;
    return new CertificateRejectedError(`certificate of ${place} is not trusted: ${reported}`, {
      hints: fault.hints,
      cause,
    });
  }
  // The server is there and says no: neither its network nor its load is at fault. 53 and 57: it cannot at present.
  if (/^[0-9A-Z]{5}$/.test(code) && !/^(08|53|57|58|XX)/.test(code)) {
    return new LoginRefusedError(
      `${place} refuses the login of '${target.user}' to '${target.database}': ${cause.message}`,
      {
        hints: [
          'Does an event trigger on login fail for this role? Let its function return at once for it.',
          `Does ALTER ROLE '${target.user}' SET, or ALTER DATABASE SET, name something that is not there?`,
        ],
        cause,
      },
    );
  }
  return new DatabaseUnreachableError(`cannot connect to ${place} within ${connectDeadline / 1000} s`, {
    hints: [
      'Do the security groups let the Lambda function reach the instance?',
      'Are all connection slots of the instance taken?',
    ],
    cause,
  });
}
