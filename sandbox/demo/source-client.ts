import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import type pg from 'pg';
import { findClientTools } from '../postgres/client-tools.ts';
import { runCommand } from '../postgres/command.ts';
import { type Conninfo, readConninfo } from './conninfo.ts';
import type { SourceUrl } from './source-url.ts';

/**
 * Where libpq ends up, for a client that is not libpq: psql is asked which of the hosts it reached, as whom, and whether
 * by TLS; what it verified then is verified here, too.
 */
export async function sourceClient(from: string, source: SourceUrl): Promise<pg.ClientConfig> {
  const { psql } = await findClientTools(0);
  const words = ['--no-psqlrc', '--no-password', '--tuples-only', '--no-align', `--dbname=${source.conninfo}`];
  const reached = await runCommand(
    psql,
    [
      ...words,
      // One meta-command each: psql takes no more of them by one option.
      ...['HOST', 'PORT', 'USER', 'DBNAME'].map((name) => `--command=\\echo :${name}`),
      '--command=select ssl from pg_stat_ssl where pid = pg_backend_pid()',
    ],
    { env: source.environment, timeout: 60_000 },
  );
  const [host = '', port = '', user = '', database = '', isEncrypted = ''] = reached.split('\n');
  const settings = { ...serviceOf(readConninfo(from), source.environment), ...readConninfo(from) };
  const password = settings['password'] ?? source.environment['PGPASSWORD'];
  return {
    host,
    port: Number(port),
    user,
    database,
    ...(password === undefined ? {} : { password }),
    ssl: isEncrypted.trim() === 't' ? tlsOf(settings, source.environment) : false,
  };
}

/** As strict as `sslmode`: only verify-ca and verify-full look at the authority, only verify-full at the name. */
function tlsOf(settings: Conninfo, environment: NodeJS.ProcessEnv): pg.ClientConfig['ssl'] {
  const of = (name: string, variable: string) => settings[name] ?? environment[variable];
  const mode = of('sslmode', 'PGSSLMODE') ?? 'prefer';
  const text = (file: string | undefined) =>
    file === undefined || file === '' || file === 'system' ? undefined : readFileSync(path.resolve(file), 'utf8');
  const [ca, cert, key] = [
    text(of('sslrootcert', 'PGSSLROOTCERT')),
    text(of('sslcert', 'PGSSLCERT')),
    text(of('sslkey', 'PGSSLKEY')),
  ];
  return {
    rejectUnauthorized: mode === 'verify-ca' || mode === 'verify-full',
    ...(mode === 'verify-ca' ? { checkServerIdentity: () => undefined } : {}),
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
  };
}

/** What the service file says of the service that is named: psql tells neither password nor mode of it. */
function serviceOf(settings: Conninfo, environment: NodeJS.ProcessEnv): Conninfo {
  const service = settings['service'] ?? environment['PGSERVICE'];
  if (service === undefined) return {};
  const candidates = [
    settings['servicefile'] ?? environment['PGSERVICEFILE'] ?? path.join(homedir(), '.pg_service.conf'),
    path.join(environment['PGSYSCONFDIR'] ?? '/etc/postgresql-common', 'pg_service.conf'),
  ];
  for (const file of candidates.filter((candidate) => existsSync(candidate))) {
    const [, section] = readFileSync(file, 'utf8').split(`[${service}]`);
    if (section === undefined) continue;
    const lines = (section.split(/^\s*\[/m)[0] ?? '').split('\n').map((line) => line.trim());
    return Object.fromEntries(
      lines.flatMap((line) => {
        const at = line.indexOf('=');
        return at < 1 || line.startsWith('#') ? [] : [[line.slice(0, at).trim(), line.slice(at + 1).trim()]];
      }),
    );
  }
  return {};
}
