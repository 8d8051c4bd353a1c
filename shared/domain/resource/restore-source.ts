import type { RestoreSource } from '../../contracts/restore-source.ts';

/** What a copy was restored from, as a finding names it. */
export const sourceName = (source: RestoreSource): string =>
  source.kind === 'snapshot'
    ? source.snapshotId
    : source.time === 'latest'
      ? 'the latest restorable moment'
      : `the moment ${source.time}`;
