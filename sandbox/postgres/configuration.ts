import { chmod, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { ServerCertificate } from './certificates.ts';
import { giveToServers } from './server-user.ts';

/** Names and values as in postgresql.conf, unquoted. */
export type Settings = Readonly<Record<string, string>>;

export type ServerConfiguration = {
  readonly port: number;
  readonly socketDirectory: string;
  readonly certificate: ServerCertificate;
  /** `rds.force_ssl`: connections without TLS find no entry in pg_hba.conf. */
  readonly forceTls: boolean;
  /** Shown in the process titles. */
  readonly clusterName: string;
  readonly settings: Settings;
  /** What the part that the server plays demands, whatever its settings say: archiving, recovery, replication. */
  readonly role?: Settings | undefined;
};

/** The sandbox's own superuser, named as on RDS; it is let in through the unix socket only. */
export const administrator = 'rdsadmin';

/** What makes many servers bearable on a laptop. Nothing here changes what a client can observe but speed. */
const laptopSettings: Settings = {
  shared_buffers: '128MB',
  // Data survives the end of the server all the same; only a crash of the computer loses it, and then the whole
  // sandbox is thrown away. Copies are taken by the backup protocol, not from the disk after a power cut.
  fsync: 'off',
  max_wal_size: '256MB',
  min_wal_size: '32MB',
  huge_pages: 'off',
};

const rdsSettings: Settings = {
  wal_level: 'logical',
  max_wal_senders: '20',
  max_replication_slots: '20',
  log_line_prefix: '%t:%r:%u@%d:[%p]:',
  log_timezone: 'UTC',
  timezone: 'UTC',
  password_encryption: 'scram-sha-256',
};

/** Writes every configuration file of a stopped or running server; a running one must be asked to reload. */
export async function writeConfiguration(dataDirectory: string, configuration: ServerConfiguration): Promise<void> {
  const { port, socketDirectory, certificate, clusterName, settings, forceTls, role } = configuration;
  const all: Settings = {
    ...rdsSettings,
    ...settings,
    ...laptopSettings,
    ...role,
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: socketDirectory,
    logging_collector: 'off', // The log is the standard error, which goes to the instance directory.
    ssl: 'on',
    ssl_cert_file: 'server.crt',
    ssl_key_file: 'server.key',
    cluster_name: clusterName,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name} = '${value.replaceAll("'", "''")}'`);
  await put(dataDirectory, 'postgresql.conf', `${lines.join('\n')}\n`);
  await put(dataDirectory, 'pg_hba.conf', hostRules(forceTls));
  await put(dataDirectory, 'pg_ident.conf', '');
  await put(dataDirectory, 'server.crt', certificate.certificate);
  await put(dataDirectory, 'server.key', certificate.key);
}

function hostRules(forceTls: boolean): string {
  return [
    `local    all       ${administrator}  scram-sha-256`,
    `local    replication ${administrator}  scram-sha-256`,
    'local    all       all       reject',
    `host     all       ${administrator}  all           reject`,
    'host     rdsadmin  all       all           reject',
    `${forceTls ? 'hostssl' : 'host   '}  all       all       127.0.0.1/32  scram-sha-256`,
    '',
  ].join('\n');
}

async function put(directory: string, name: string, text: string): Promise<void> {
  const file = path.join(directory, name);
  await writeFile(file, text, { mode: 0o600 });
  await chmod(file, 0o600); // The mode above counts only for a new file.
  await giveToServers(file);
}
