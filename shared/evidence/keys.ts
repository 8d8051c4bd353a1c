/** Where a run of backup-and-verify keeps what belongs to it; a run that could not be planned has no database. */
export const evidencePrefix = (database: string | undefined, executionName: string): string =>
  `backup-and-verify/${database ?? '_unplanned'}/${executionName}`;

export const evidenceKey = (prefix: string): string => `${prefix}/evidence.json`;

/** Where an execution of a workflow without evidence of its own keeps what it did. */
export const recordKey = (workflow: string, executionName: string): string =>
  `${workflow}/${executionName}/record.json`;

/** Where a restore test keeps what belongs to it; below it a folder for each path that is tried. */
export const restoreTestPrefix = (database: string | null, executionName: string): string =>
  `restore-test/${database ?? '_unplanned'}/${executionName}`;

/** The page of a database's ways back, written over by each test: JSON, and beside it HTML. */
export const recoveryPageKey = (database: string, form: 'json' | 'html'): string =>
  `recovery/${database}/recovery.${form}`;

/** What a pass of collect-health leaves to the next one, of one instance. */
export const healthStateKey = (instanceId: string): string => `health/${instanceId}/state.json`;

/** Whose turn it is to promote a database: the newest claim, which holds the ARN of its execution, for as long as that runs. */
export const promotionClaimPrefix = (database: string): string => `dr-promotion/${database}/claims/`;
export const promotionClaimKey = (database: string, number: number): string =>
  `${promotionClaimPrefix(database)}claim-${String(number).padStart(6, '0')}.txt`;

/** Where a promotion keeps its record and its page. */
export const promotionPrefix = (database: string | null, executionName: string): string =>
  `dr-promotion/${database ?? '_unplanned'}/${executionName}`;
