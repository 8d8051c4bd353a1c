import path from 'node:path';
import { OperationError } from '../../shared/errors.ts';
import { findClientTools } from '../postgres/client-tools.ts';
import { runCommand } from '../postgres/command.ts';
import { type Conninfo, readConninfo, writeConninfo } from './conninfo.ts';

export class SourceUnreachableError extends OperationError {
  override readonly name = 'SourceUnreachableError';
}

/** The database that `--from` names. Secrets stay out of arguments and of messages. */
export type SourceUrl = {
  /** For an argument: who may list processes reads it. */
  readonly conninfo: string;
  /** For a message. */
  readonly shown: string;
  /** The environment in which a program of PostgreSQL finds the rest. */
  readonly environment: NodeJS.ProcessEnv;
  readonly password: string | undefined;
};

/** Secrets of libpq that no environment variable can carry. */
const unspeakable = ['sslpassword', 'scram_client_key', 'scram_server_key', 'oauth_client_secret'];
const addressing = ['service', 'host', 'hostaddr', 'port', 'user', 'dbname'];
/** Seconds, for each host; PGCONNECT_TIMEOUT or connect_timeout change it. */
const connectTimeout = '10';

/** Programs are run in another directory than the command. */
const files = ['sslrootcert', 'sslcert', 'sslkey', 'sslcrl', 'sslcrldir', 'passfile', 'servicefile'];
const fileVariables = [
  'PGSERVICEFILE',
  'PGPASSFILE',
  'PGSSLROOTCERT',
  'PGSSLCERT',
  'PGSSLKEY',
  'PGSSLCRL',
  'PGSSLCRLDIR',
];
const absolute = (values: Readonly<Record<string, string | undefined>>, names: readonly string[]) =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      value === undefined || value === '' || value === 'system' || !names.includes(name) ? value : path.resolve(value),
    ]),
  );

export function readSourceUrl(from: string, given: NodeJS.ProcessEnv = process.env): SourceUrl {
  const { password, ...said }: Conninfo = readConninfo(from);
  const settings = absolute(said, files) as Conninfo;
  const secret = unspeakable.find((name) => settings[name] !== undefined);
  if (secret !== undefined)
    throw new OperationError(`--from has '${secret}', which everybody could read in the list of processes`, {
      hints: ['Put it into a service of ~/.pg_service.conf, and name that: --from service=….'],
    });
  const shown = addressing.flatMap((name) => (settings[name] === undefined ? [] : [`${name}=${settings[name]}`]));
  return {
    conninfo: writeConninfo(settings),
    shown: shown.length === 0 ? 'of the environment' : shown.join(' '),
    environment: {
      PGCONNECT_TIMEOUT: connectTimeout,
      ...absolute(given, fileVariables),
      LC_ALL: 'C',
      ...(password === undefined ? {} : { PGPASSWORD: password }),
    },
    password,
  };
}

/** Connects as psql does, so that what works there works here. Answers the major version of the server. */
export async function checkSource({ conninfo, shown, environment, password }: SourceUrl): Promise<number> {
  const { psql } = await findClientTools(0);
  const words = ['--no-psqlrc', '--no-password', '--tuples-only', '--no-align', '--command=show server_version_num'];
  try {
    const printed = await runCommand(psql, [...words, `--dbname=${conninfo}`], { env: environment, timeout: 60_000 });
    const major = Math.floor(Number(printed.trim()) / 10_000);
    if (!(major > 0)) throw new Error(`show server_version_num answered '${printed.trim()}'`);
    return major;
  } catch (error) {
    throw new SourceUnreachableError(`database '${shown}' of --from does not answer: ${reasonOf(error, password)}`, {
      hints: ['Compare it with what psql takes: it is read in the same way.'],
    });
  }
}

/** What psql says, without the name of the program and its arguments; a password is not in it, and if it were, it is not shown. */
function reasonOf(error: unknown, password: string | undefined): string {
  const text = error instanceof Error ? error.message : String(error);
  const said = text.slice(Math.max(0, text.indexOf('psql: error: '))).replace('psql: error: ', '');
  const line = said.replace(/\s*\n\s*/g, ' ').trim();
  return password === undefined || password === '' ? line : line.replaceAll(password, '…');
}
