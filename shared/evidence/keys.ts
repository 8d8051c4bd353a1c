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

/** Where a restore for real use keeps what belongs to it, and the question that waits for a person. */
export const restorePrefix = (database: string | null, executionName: string): string =>
  `restore/${database ?? '_unplanned'}/${executionName}`;
export const restoreQuestionKey = (executionName: string): string => `restore/approvals/${executionName}.json`;

/** What a pass of collect-health leaves to the next one, of one instance. */
export const healthStateKey = (instanceId: string): string => `health/${instanceId}/state.json`;

/** Whose turn it is to promote a database: the newest claim, which holds the ARN of its execution, for as long as that runs. */
export const promotionClaimPrefix = (database: string): string => `dr-promotion/${database}/claims/`;
export const promotionClaimKey = (database: string, number: number): string =>
  `${promotionClaimPrefix(database)}claim-${String(number).padStart(6, '0')}.txt`;

/** Written when the promoted instance was verified: from then on the name of the database may lead to it. */
export const promotionVerifiedKey = (database: string, epoch: number): string =>
  `dr-promotion/${database}/verified/epoch-${String(epoch).padStart(6, '0')}.txt`;

/** Where a failback keeps its record and its page, and what it found stranded. */
export const failbackPrefix = (database: string | null, executionName: string): string =>
  `dr-failback/${database ?? '_unplanned'}/${executionName}`;
export const strandedKey = (database: string, executionName: string, ending: 'json' | 'html'): string =>
  `${failbackPrefix(database, executionName)}/stranded.${ending}`;

/** Where a promotion keeps its record and its page. */
export const promotionPrefix = (database: string | null, executionName: string): string =>
  `dr-promotion/${database ?? '_unplanned'}/${executionName}`;
/** What waits for the answers of people. */
export const promotionQuestionKey = (executionName: string): string => `dr-promotion/approvals/${executionName}.json`;
/** Which executions have asked RDS to promote, in the order of their time: their records say how it went. */
export const measuredPromotionPrefix = (database: string): string => `dr-promotion/${database}/measured/`;
export const measuredPromotionKey = (database: string, startedAt: string, executionName: string): string =>
  `${measuredPromotionPrefix(database)}${startedAt.replaceAll(/[:.]/g, '-')}--${executionName}.txt`;
/** Where a drill of a promotion keeps its evidence and its page. */
export const drillPrefix = (database: string | null, executionName: string): string =>
  `dr-drill/${database ?? '_unplanned'}/${executionName}`;
/** Acts of remediation that were claimed, in their order; each place is written once. */
export const remedyClaimPrefix = 'remediation/claims/';
export const remedyClaimKey = (sequence: number): string =>
  `${remedyClaimPrefix}${String(sequence).padStart(8, '0')}.json`;

/** What executions of remediation did on a day of UTC, `2026-03-07`. */
export const remedyRecordPrefix = (day: string): string => `remediation/records/${day}/`;
export const remedyRecordKey = (startedAt: string, executionName: string): string =>
  `${remedyRecordPrefix(startedAt.slice(0, 10))}${executionName}.json`;

/** What waits for a person's answer. */
export const approvalKey = (executionName: string): string => `remediation/approvals/${executionName}.json`;

/** The newest incident of a key, by the hash of the key. */
export const incidentKey = (hash: string): string => `alert/incidents/${hash}/newest.json`;
/** An incident as it was when it was resolved; beside it its page, and what each step has delivered. */
export const resolvedIncidentKey = (hash: string, id: string): string => `alert/incidents/${hash}/${id}/incident.json`;
export const incidentPageKey = (hash: string, id: string): string => `alert/incidents/${hash}/${id}/incident.html`;
export const deliveriesKey = (hash: string, id: string, step: string): string =>
  `alert/incidents/${hash}/${id}/deliveries-${step}.json`;
/** A silence that a person has put there. */
export const silencesPrefix = 'alert/silences/';
export const incidentsPrefix = 'alert/incidents/';
/** The page of all incidents that are not over. */
export const openIncidentsKey = 'alert/open.html';

/** Which incidents of a subject have taken up what else is wrong with it, by the hash of the subject. */
export const incidentGroupKey = (hash: string): string => `alert/groups/${hash}.json`;

/** Until when changes of alarms and events of RDS were compared with incidents. */
export const eventsReadKey = 'alert/events-read.json';
/** Which incidents are to have a review; a person puts it beside. */
export const reviewsPrefix = 'alert/reviews/';
export const reviewDueKey = (incidentId: string): string => `${reviewsPrefix}${incidentId}/due.json`;

/** The newest test of the alert path that has passed, written over by the next one. */
export const passedTestKey = 'alert/passed-test.json';

/** Where a drill of a fail-over keeps its record, its page, what its client saw, and that RDS was asked. */
export const failoverPrefix = (database: string | null, executionName: string): string =>
  `failover-drill/${database ?? '_unplanned'}/${executionName}`;

/** Snapshots of pg_stat_statements; a rule of the bucket removes old ones. */
export const statementSamplePrefix = (database: string): string => `statement-samples/${database}/`;
export const statementSampleKey = (database: string, at: number): string =>
  `${statementSamplePrefix(database)}${new Date(at).toISOString().slice(0, 19).replaceAll(':', '-')}Z.jsonl.gz`;
/** Masked texts of statements that were reported. */
export const statementTextsKey = (database: string): string => `statement-texts/${database}/texts.json`;

/** Where a slow-query report keeps what belongs to it. */
export const slowQueryPrefix = (executionName: string): string => `slow-query-report/${executionName}`;
export const statementFindingsKey = (executionName: string, database: string): string =>
  `${slowQueryPrefix(executionName)}/statements/${database}.json`;
export const logFindingsKey = (executionName: string, instanceId: string): string =>
  `${slowQueryPrefix(executionName)}/logs/${instanceId}.json`;
