import type { SelfStarting } from '../../contracts/witness.ts';

/** Parameters of a parameter group that decide whether a server acts by itself. */
export type GroupParameters = Readonly<Record<string, string>>;

/** What keeps a copy from doing what its source does by itself. */
export type Quieting = {
  /** Of the copies' own group; undefined where a copy starts with its source's. */
  readonly ownGroup: { readonly name: string; readonly parameters: GroupParameters } | undefined;
  /** The copies' security group lets nothing out. */
  readonly isCutOff: boolean;
};

const jobsLibrary = 'pg_cron';

/** The libraries that a setting of `shared_preload_libraries` names. */
export const librariesIn = (setting = ''): readonly string[] =>
  setting
    .split(',')
    .map((name) => name.trim().replace(/^"(.*)"$/, '$1'))
    .filter((name) => name !== '');

export const loadsJobs = (setting: string | undefined): boolean => librariesIn(setting).includes(jobsLibrary);

/**
 * Why a copy would not be quiet: a subscription takes its publisher's slot, and with it what the source has not received
 * yet; a job of pg_cron changes the rows that are being proven. A network keeps the former in, but not the latter.
 */
export function whyNotQuiet(found: readonly SelfStarting[], { ownGroup, isCutOff }: Quieting): string[] {
  const workers = ownGroup?.parameters['max_logical_replication_workers'];
  return found.flatMap(({ kind, name }) => {
    if (kind === 'jobs') {
      const isOff = ownGroup !== undefined && !loadsJobs(ownGroup.parameters['shared_preload_libraries']);
      return isOff ? [] : [`${name} would run`];
    }
    return isCutOff || workers === '0' ? [] : [`${name} would start`];
  });
}
