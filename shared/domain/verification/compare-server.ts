import type { Finding } from '../../contracts/verification.ts';
import type { WitnessHeader } from '../../contracts/witness.ts';

type ServerFacts = WitnessHeader['server'];

/** A physical copy keeps the system identifier of its cluster and the oid of its database. */
export function compareIdentity(source: ServerFacts, copy: ServerFacts): Finding[] {
  return [
    ...differing('system identifier', source.systemIdentifier, copy.systemIdentifier),
    ...differing('database oid', String(source.databaseOid), String(copy.databaseOid)),
  ];
}

export function compareVersion(source: ServerFacts, copy: ServerFacts): Finding[] {
  return differing('server version', source.version, copy.version);
}

/** A parameter that only the copy sets is a difference too: it restores under another parameter group. */
export function compareParameters(source: ServerFacts, copy: ServerFacts): Finding[] {
  return compareMaps('parameter', source.parameters, copy.parameters);
}

export function compareExtensions(source: ServerFacts, copy: ServerFacts): Finding[] {
  return compareMaps('extension', source.extensions, copy.extensions);
}

function compareMaps(
  what: string,
  source: Readonly<Record<string, string>>,
  copy: Readonly<Record<string, string>>,
): Finding[] {
  return [...new Set([...Object.keys(source), ...Object.keys(copy)])]
    .sort()
    .flatMap((name) => differing(`${what} ${name}`, source[name], copy[name]));
}

function differing(object: string, expected: string | undefined, observed: string | undefined): Finding[] {
  if (expected === observed) return [];
  return [
    {
      object,
      status: 'failed',
      problem: `is '${observed ?? 'absent'}' in the copy, '${expected ?? 'absent'}' in the source`,
    },
  ];
}
