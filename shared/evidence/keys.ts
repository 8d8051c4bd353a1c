/** Where a run of backup-and-verify keeps what belongs to it; a run that could not be planned has no database. */
export const evidencePrefix = (database: string | undefined, executionName: string): string =>
  `backup-and-verify/${database ?? '_unplanned'}/${executionName}`;

export const evidenceKey = (prefix: string): string => `${prefix}/evidence.json`;
