/** Where a run of backup-and-verify keeps what belongs to it; a run that could not be planned has no database. */
export const evidencePrefix = (database: string | undefined, executionName: string): string =>
  `backup-and-verify/${database ?? '_unplanned'}/${executionName}`;

export const evidenceKey = (prefix: string): string => `${prefix}/evidence.json`;

/** Where an execution of a workflow without evidence of its own keeps what it did. */
export const recordKey = (workflow: string, executionName: string): string =>
  `${workflow}/${executionName}/record.json`;

/** What a pass of collect-health leaves to the next one, of one instance. */
export const healthStateKey = (instanceId: string): string => `health/${instanceId}/state.json`;
