import type { Finding } from '../../contracts/verification.ts';
import type { WitnessHeader } from '../../contracts/witness.ts';
import { librariesIn, loadsJobs } from './quiet-copy.ts';

type ServerFacts = WitnessHeader['server'];

/** A physical copy keeps the system identifier of its cluster and the oid of its database. */
export function compareIdentity(source: ServerFacts, copy: ServerFacts): Finding[] {
  return [
    ...differing('system identifier', source.systemIdentifier, copy.systemIdentifier),
    ...differing('database oid', String(source.databaseOid), String(copy.databaseOid)),
  ];
}

/**
 * RDS restores a snapshot of a deprecated minor as a newer one: the rows are what they were, and so that is a note. A
 * lower minor or another major is not what RDS does.
 */
export function compareVersion(source: ServerFacts, copy: ServerFacts): Finding[] {
  const isSameMajor = Math.floor(source.versionNumber / 10_000) === Math.floor(copy.versionNumber / 10_000);
  if (isSameMajor && copy.versionNumber > source.versionNumber) {
    const problem = `restored as ${copy.version}, the witness was ${source.version}`;
    return [{ object: 'server version', status: 'note', problem }];
  }
  return differing('server version', source.version, copy.version);
}

/**
 * A parameter that only the copy sets is a difference too: it restores under another parameter group. While the source
 * waits for a reboot, its group says more than it obeys: what the copy does otherwise is what the reboot will bring.
 */
export function compareParameters(source: ServerFacts, copy: ServerFacts): Finding[] {
  const findings = [
    ...compareMaps('parameter', withoutJobs(source.parameters), withoutJobs(copy.parameters)),
    ...jobsOf(source.parameters, copy.parameters),
  ];
  if (source.waitsForReboot !== true) return findings;
  return findings.map(({ object, status, problem }) => ({
    object,
    status: 'note',
    problem:
      status === 'note' ? problem : `${problem}, which waits for a reboot: reboot the source to bring it into force`,
  }));
}

const libraries = 'shared_preload_libraries';

/** What pg_cron sets is there only where it is loaded, and copies may start without it. */
const withoutJobs = (parameters: ServerFacts['parameters']) =>
  Object.fromEntries(
    Object.entries(parameters).flatMap(([name, value]) => {
      if (name.startsWith('cron.')) return [];
      return [
        [
          name,
          name === libraries
            ? librariesIn(value)
                .filter((one) => !loadsJobs(one))
                .join(',')
            : value,
        ],
      ];
    }),
  );

/** A copy without the jobs of its source is meant so; one with jobs that the source has not is another server. */
function jobsOf(source: ServerFacts['parameters'], copy: ServerFacts['parameters']): Finding[] {
  const [ofSource, ofCopy] = [source, copy].map((parameters) => loadsJobs(parameters[libraries]));
  if (ofSource === ofCopy) return [];
  const object = `parameter ${libraries}`;
  return ofSource
    ? [{ object, status: 'note', problem: 'the copy starts without pg_cron, so that no job of the source runs on it' }]
    : [{ object, status: 'failed', problem: 'the copy loads pg_cron, and the source does not' }];
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
