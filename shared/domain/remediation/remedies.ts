import type { RemedyName } from '../../contracts/remediation/remediation.ts';

/** The role of the database that a remedy logs in as; null of what it asks of AWS alone. */
export type RemedyCapability = 'remedy' | 'maintain' | 'replicate' | 'fence' | null;

export type RemedyTraits = {
  readonly capability: RemedyCapability;
  /** Workflows beside those that change who is the primary; while one of them runs on the database, it is not applied. */
  readonly notWhile: readonly string[];
  /** Within so many seconds its post-condition has to hold; it is looked at every `everySeconds`. */
  readonly afterSeconds: number;
  readonly everySeconds: number;
  /** What is left half done is taken back. */
  readonly hasUndo: boolean;
  readonly says: string;
};

const session = { capability: 'remedy', notWhile: [], afterSeconds: 30, everySeconds: 5 } as const;
const backups = ['backup-and-verify', 'restore-test'] as const;

/** What each remedy needs, and when it has worked. */
export const remedies: Readonly<Record<RemedyName, RemedyTraits>> = {
  'end-root-blocker': { ...session, hasUndo: false, says: 'ends the session that all others wait for' },
  'end-idle-in-transaction': { ...session, hasUndo: false, says: 'ends a session that rests within a transaction' },
  'cancel-runaway-statement': {
    ...{ ...session, hasUndo: false },
    says: 'cancels a statement that runs far longer than it ever does',
  },
  'freeze-oldest-table': {
    ...{ capability: 'maintain', notWhile: backups, afterSeconds: 60, everySeconds: 10 },
    ...{ hasUndo: false, says: 'vacuums the table whose transaction ids are oldest' },
  },
  'unstick-subscription': {
    ...{ capability: 'replicate', notWhile: [], afterSeconds: 120, everySeconds: 10 },
    ...{ hasUndo: true, says: 'disables and enables a subscription whose worker has stopped' },
  },
  'drop-dead-slot': {
    ...{ capability: 'replicate', notWhile: ['dr-setup'], afterSeconds: 60, everySeconds: 5 },
    ...{ hasUndo: false, says: 'drops a replication slot that nobody consumes' },
  },
  'grow-storage': {
    ...{ capability: null, notWhile: backups, afterSeconds: 3600, everySeconds: 60 },
    ...{ hasUndo: false, says: 'gives the instance more storage' },
  },
  'start-stopped': {
    ...{ capability: null, notWhile: ['failover-drill'], afterSeconds: 1800 },
    ...{ everySeconds: 30, hasUndo: false, says: 'starts an instance that must run' },
  },
  'isolate-credential': {
    ...{ capability: 'fence', notWhile: [], afterSeconds: 60, everySeconds: 5 },
    ...{ hasUndo: false, says: 'keeps a role whose credential leaked from logging in' },
  },
};

/** While one of them runs, of this database or of any, nothing is remedied: the primary changes, or a person is at work. */
export const alwaysNotWhile = ['dr-promotion', 'dr-failback', 'release', 'maintenance'] as const;

export const forbiddingWorkflows = (remedy: RemedyName): readonly string[] => [
  ...alwaysNotWhile,
  ...remedies[remedy].notWhile,
];

/** An execution that runs, as far as it keeps a remedy from being applied. */
export type RunningExecution = { readonly workflow: string; readonly name: string; readonly input: string };

/** The first execution that forbids it. One whose input names no database may be about any. */
export function forbiddenBy(
  remedy: RemedyName,
  database: string,
  running: readonly RunningExecution[],
): RunningExecution | undefined {
  const workflows = forbiddingWorkflows(remedy);
  return running.find(({ workflow, input }) => {
    if (!workflows.includes(workflow)) return false;
    const named = databaseOf(input);
    return named === undefined || named === database;
  });
}

function databaseOf(input: string): string | undefined {
  try {
    const { database } = JSON.parse(input) as { database?: unknown };
    return typeof database === 'string' ? database : undefined;
  } catch {
    return undefined;
  }
}
