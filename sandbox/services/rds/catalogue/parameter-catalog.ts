import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type { ServerBinaries } from '../../../postgres/binaries.ts';
import { runCommand } from '../../../postgres/command.ts';
import { supportedExtensions } from '../../../postgres/extensions.ts';
import { serverUser } from '../../../postgres/server-user.ts';
import { invalidValue } from '../model/errors.ts';
import { checkFormula, isFormula } from './formulas.ts';

export type CatalogEntry = {
  readonly name: string;
  readonly description: string;
  readonly applyType: 'static' | 'dynamic';
  readonly dataType: 'boolean' | 'integer' | 'float' | 'string';
  readonly minimum?: number;
  readonly maximum?: number;
  readonly modifiable: boolean;
  /** What RDS itself sets when the group does not. */
  readonly systemValue?: string;
};

export type ParameterCatalog = {
  readonly family: string;
  readonly entries: ReadonlyMap<string, CatalogEntry>;
  readonly libraries: ReadonlySet<string>;
};

/** What RDS keeps to itself: files, addresses, certificates, durability, archiving. */
const notModifiable =
  /^(.*_file|.*_directory|.*_directories|data_sync_retry|listen_addresses|port|ssl|ssl_.*_file|fsync|full_page_writes|archive_.*|restore_command|recovery_.*|unix_socket_.*|cluster_name|logging_collector|log_directory|wal_level|rds\.extensions|server_version.*|config_file|hba_file|ident_file)$/;

const dataTypes: Readonly<Record<string, CatalogEntry['dataType']>> = {
  BOOLEAN: 'boolean',
  INTEGER: 'integer',
  REAL: 'float',
};

const ofRds: readonly CatalogEntry[] = [
  {
    name: 'rds.force_ssl',
    description: 'Force SSL connections.',
    applyType: 'dynamic',
    dataType: 'boolean',
    modifiable: true,
    systemValue: '1',
  },
  {
    name: 'rds.logical_replication',
    description: 'Enables logical decoding.',
    applyType: 'static',
    dataType: 'boolean',
    modifiable: true,
    systemValue: '0',
  },
  {
    name: 'rds.extensions',
    description: 'List of extensions provided by RDS.',
    applyType: 'dynamic',
    dataType: 'string',
    modifiable: false,
    systemValue: supportedExtensions.join(','),
  },
];

const systemValues: Readonly<Record<string, string>> = {
  shared_preload_libraries: 'pg_stat_statements',
  max_connections: 'LEAST({DBInstanceClassMemory/9531392},5000)',
  shared_buffers: '{DBInstanceClassMemory/32768}',
};

/** Every parameter of the server at hand, from the server's own description of itself. */
export async function loadCatalog(binaries: ServerBinaries): Promise<ParameterCatalog> {
  const printed = await runCommand(binaries.postgres, ['--describe-config'], { user: serverUser });
  const described = printed.trimEnd().split('\n').flatMap(entryFromLine);
  const files = await readdir(path.join(binaries.directory, 'lib/postgresql'));
  return {
    family: `postgres${binaries.major}`,
    entries: new Map([...described, ...ofRds].map((entry) => [entry.name, entry])),
    libraries: new Set(files.map((file) => file.replace(/\.(so|dylib)$/, ''))),
  };
}

function entryFromLine(line: string): CatalogEntry[] {
  const [name = '', context = '', group = '', type = '', , minimum, maximum, description = ''] = line.split('\t');
  if (context === 'internal' || group.startsWith('Developer Options')) return [];
  const systemValue = systemValues[name];
  return [
    {
      name,
      description,
      applyType: context === 'postmaster' ? 'static' : 'dynamic',
      dataType: dataTypes[type] ?? 'string',
      ...(minimum ? { minimum: Number(minimum) } : {}),
      ...(maximum ? { maximum: Number(maximum) } : {}),
      modifiable: !notModifiable.test(name),
      ...(systemValue === undefined ? {} : { systemValue }),
    },
  ];
}

/** Throws as RDS does for a value that the parameter cannot have; other wrong values stop the server at its start. */
export function checkValue(catalog: ParameterCatalog, name: string, value: string): CatalogEntry {
  const entry = catalog.entries.get(name);
  if (entry === undefined) throw invalidValue(`Could not find parameter with name: ${name}`);
  if (!entry.modifiable) throw invalidValue(`The parameter ${name} cannot be modified.`);
  const wrong = invalidValue(`Invalid parameter value: ${value} for: ${name} allowed values are: ${allowed(entry)}`);
  if (entry.dataType === 'boolean' && !/^(0|1|on|off|true|false)$/i.test(value)) throw wrong;
  if (isFormula(value)) {
    checkFormula(value);
  } else if (entry.dataType === 'integer' || entry.dataType === 'float') {
    const number = Number(value);
    if (value.trim() === '' || Number.isNaN(number)) throw wrong;
    if (number < (entry.minimum ?? -Infinity) || number > (entry.maximum ?? Infinity)) throw wrong;
  }
  if (name === 'shared_preload_libraries') checkLibraries(catalog, value);
  return entry;
}

/** RDS has more libraries than the sandbox: a server here could not load them, and must not pretend to. */
function checkLibraries(catalog: ParameterCatalog, value: string): void {
  const names = value.split(',').map((name) => name.trim());
  const missing = names.filter((name) => name !== '' && !catalog.libraries.has(name));
  if (missing.length === 0) return;
  throw invalidValue(
    `Invalid parameter value: ${value} for: shared_preload_libraries; the sandbox's PostgreSQL has no library ` +
      missing.map((name) => `'${name}'`).join(', '),
  );
}

export function allowed({ dataType, minimum, maximum }: CatalogEntry): string {
  if (dataType === 'boolean') return '0,1';
  return minimum === undefined || maximum === undefined ? '' : `${minimum}-${maximum}`;
}
