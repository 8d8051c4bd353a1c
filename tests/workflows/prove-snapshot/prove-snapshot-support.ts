import * as instances from '../../../shared/contracts/instances.ts';
import type { ProveSnapshotInput } from '../../../shared/contracts/prove-snapshot.ts';
import { RemoveCopyInput, RemoveCopyOutput } from '../../../shared/contracts/remove-copy.ts';
import * as verification from '../../../shared/contracts/verification.ts';
import { type TaskScript, type TaskScripts, type WorkflowResult, workflowBench } from '../workflow-support.ts';

const contracts = {
  startRestore: [instances.StartRestoreInput, instances.StartRestoreOutput],
  checkRestore: [instances.CheckRestoreInput, instances.CheckRestoreOutput],
  verifyServer: [verification.VerifyServerInput, verification.VerifyServerOutput],
  verifySchema: [verification.VerifySchemaInput, verification.VerifySchemaOutput],
  verifyTables: [verification.VerifyTablesInput, verification.VerifyTablesOutput],
  verifyStructure: [verification.VerifyStructureInput, verification.VerifyStructureOutput],
  verifyAssertions: [verification.VerifyAssertionsInput, verification.VerifyAssertionsOutput],
  removeCopy: [RemoveCopyInput, RemoveCopyOutput],
} as const;

export type Task = keyof typeof contracts;
export type Script<T extends Task> = TaskScript<typeof contracts, T>;
export type Scripts = TaskScripts<typeof contracts>;
export type ProofResult = WorkflowResult<typeof contracts>;
/** Those that invoke a function. */
export const tasks = (Object.keys(contracts) as Task[]).filter((task) => task !== 'removeCopy');

export const order: ProveSnapshotInput = {
  database: 'fantasy',
  backup: { kind: 'snapshot', snapshotId: 'snapshot-1' },
  witnessKey: 'witness-1',
  witness: { sha256: 'b'.repeat(64), headerSha256: 'c'.repeat(64), tables: 2, rows: '10', bytes: 8192 },
  evidencePrefix: 'runs/run-1',
  attempt: 1,
  isLastAttempt: false,
};

const rungs = (input: verification.VerificationInput, task: string) => ({
  rungsKey: `${input.evidencePrefix}/rungs/${task}-of-${input.witnessKey}`,
  statuses: { [task]: 'passed' as const },
  digests: { [`${input.evidencePrefix}/rungs/${task}-of-${input.witnessKey}`]: 'd'.repeat(64) },
});

/** A snapshot that is exact. */
export const { run, after, soundAnswer, armsNotTaken } = workflowBench({
  workflow: 'prove-snapshot',
  contracts,
  soundInput: order,
  soundRun: {
    startRestore: () => ({ instanceId: 'copy-1', expiresAt: '2026-01-01T06:00:00Z' }),
    checkRestore: () => ({ ready: true, status: 'available' }),
    verifyServer: (input) => ({ ...rungs(input, 'server'), bracket: 'inside' as const }),
    verifySchema: (input) => rungs(input, 'schema'),
    verifyTables: (input) => rungs(input, 'tables'),
    verifyStructure: (input) => rungs(input, 'structure'),
    verifyAssertions: (input) => rungs(input, 'assertions'),
    removeCopy: () => ({ instanceId: 'copy-1' }),
  },
});
