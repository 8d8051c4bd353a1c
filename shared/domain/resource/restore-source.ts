import type { RestoreSource } from '../../contracts/verification.ts';

/** What a copy was restored from, as a finding names it. */
export function sourceName(source: RestoreSource): string {
  if (source.kind === 'snapshot') return source.snapshotId;
  const moment = source.time === 'latest' ? 'the latest restorable moment' : `the moment ${source.time}`;
  return source.kind === 'moment' ? moment : `${moment} of ${source.automatedBackupArn}`;
}
