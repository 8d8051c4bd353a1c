import * as backup from '../../shared/contracts/backup-and-verify.ts';
import { BackupOutcome, PublishOutcomeInput, PublishOutcomeOutput } from '../../shared/contracts/outcome.ts';
import * as prove from '../../shared/contracts/prove-snapshot.ts';
import { RemoveCopyInput, RemoveCopyOutput } from '../../shared/contracts/remove-copy.ts';
import { type TaskScript, type TaskScripts, type WorkflowResult, workflowBench } from './workflow-support.ts';

const contracts = {
  planRun: [backup.PlanRunInput, backup.PlanRunOutput],
  takeWitness: [backup.TakeWitnessInput, backup.TakeWitnessOutput],
  checkSnapshot: [backup.CheckSnapshotInput, backup.CheckSnapshotOutput],
  copySnapshot: [backup.CopySnapshotInput, backup.CopySnapshotOutput],
  startProof: [prove.StartProofInput, prove.StartProofOutput],
  checkProof: [prove.CheckProofInput, prove.CheckProofOutput],
  removeCopy: [RemoveCopyInput, RemoveCopyOutput],
  recordEvidence: [backup.RecordEvidenceInput, backup.RecordEvidenceOutput],
  tagSnapshot: [backup.TagSnapshotInput, backup.TagSnapshotOutput],
  publishOutcome: [PublishOutcomeInput, PublishOutcomeOutput],
} as const;

export type Task = keyof typeof contracts;
export type Script<T extends Task> = TaskScript<typeof contracts, T>;
export type Scripts = TaskScripts<typeof contracts>;
export type BackupResult = WorkflowResult<typeof contracts>;
/** Those that invoke a function. */
export const tasks = (Object.keys(contracts) as Task[]).filter((task) => task !== 'removeCopy');

const proofArn = (name: string) => `arn:aws:states:us-east-1:123456789012:execution:prove-snapshot-dev:${name}`;

export const chainPlace = { key: 'evidence-chain/fantasy/000000001.json', sequence: 1, sha256: 'a'.repeat(64) };

/** What a proof of the attempt reports that found nothing wrong. */
export const soundProof = (attempt: number): prove.ProveSnapshotOutput => ({
  rungsKeys: ['server', 'tables'].map((task) => `runs/run-1/rungs/${task}-${attempt}`),
  digests: Object.fromEntries(
    ['server', 'tables'].map((task) => [`runs/run-1/rungs/${task}-${attempt}`, 'd'.repeat(64)]),
  ),
  statuses: { server: 'passed', tables: 'passed' },
  bracket: 'inside',
  phases: ['StartRestore', 'VerifyTables', 'CleanUp'].map((name) => ({
    name,
    startedAt: '2026-01-01T00:00:00Z',
    endedAt: '2026-01-01T00:10:00Z',
  })),
  failure: null,
  cleanUpFailure: null,
});
/** What the state machine keeps of every witness here. */
export const binding = { sha256: 'b'.repeat(64), headerSha256: 'c'.repeat(64), tables: 2, rows: '10', bytes: 8192 };
const attemptOf = (executionArn: string) => Number(executionArn.at(-1));

/** The answer of a proof that has ended with what is changed of the sound one's result. */
export const proven =
  (change: Partial<prove.ProveSnapshotOutput> = {}): Script<'checkProof'> =>
  ({ executionArn }) => ({
    ended: true,
    status: 'SUCCEEDED',
    result: { ...soundProof(attemptOf(executionArn)), ...change },
    cause: '',
  });
export const running: Script<'checkProof'> = () => ({ ended: false, status: 'RUNNING', result: null, cause: '' });

/** A database whose snapshot is exact. */
export const {
  run: runBackup,
  after,
  soundAnswer,
  armsNotTaken,
} = workflowBench({
  workflow: 'backup-and-verify',
  contracts,
  soundInput: { database: 'fantasy' },
  soundRun: {
    planRun: ({ executionName, request, attempt }) => {
      const { database } = backup.RunRequest.parse(request);
      return {
        database,
        sourceInstanceId: `${database}-dev`,
        evidencePrefix: `runs/${executionName}`,
        region: 'us-east-1',
        copyTo: { region: 'us-west-2', kmsKeyId: 'key-1' },
        cost: {
          currency: 'USD',
          size: {
            instanceClass: 'db.t3.micro',
            storageGb: 20,
            storageType: 'gp2',
            snapshots: attempt,
            snapshotDays: 7,
            isCopiedToRegion: true,
          },
          predicted: { hours: 6, parts: [{ name: 'copy of class db.t3.micro', money: 0.1 }], total: 0.1 },
          cap: { mayRestore: true, told: null },
          proofCostKey: `drill-costs/2026-03/${executionName}.json`,
        },
        provesCopy: false,
      };
    },
    takeWitness: ({ attempt }) => ({
      witness: {
        snapshotId: `snapshot-${attempt}`,
        witnessKey: `witness-${attempt}`,
        ...binding,
      },
      digests: {},
    }),
    checkSnapshot: () => ({ ready: true, status: 'available', percent: 100 }),
    copySnapshot: () => ({ ready: true, status: 'available', percent: 100 }),
    startProof: ({ executionName, attempt, region, backup: restored }) => ({
      executionName: `${executionName}-${attempt}`,
      executionArn: proofArn(`${executionName}-${attempt}`),
      region,
      snapshotId: restored.kind === 'snapshot' ? restored.snapshotId : null,
    }),
    checkProof: proven(),
    removeCopy: ({ attempt }) => ({ instanceId: `copy-${attempt}` }),
    recordEvidence: ({ failure, cleanUpFailure }) => ({
      verdict: failure === null && cleanUpFailure === null ? ('exact' as const) : ('failed' as const),
      summary: failure?.error ?? cleanUpFailure?.error ?? 'all 10 rows are proven',
      blame: null,
      evidenceKey: 'evidence.json',
      reportKey: 'report.html',
      chain: chainPlace,
      warnings: 0,
    }),
    tagSnapshot: ({ snapshotId }) => ({ snapshotId }),
    publishOutcome: () => ({ messageId: 'message-1' }),
  },
});

/** What was published, call by call. */
export const outcomesOf = ({ calls }: BackupResult): BackupOutcome[] =>
  calls.publishOutcome.map(({ outcome }) => BackupOutcome.parse(outcome));
