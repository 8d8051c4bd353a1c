import { PublishOutcomeInput, PublishOutcomeOutput } from '../../../shared/contracts/outcome.ts';
import * as restore from '../../../shared/contracts/restore/restore.ts';
import * as objects from '../../../shared/contracts/restore/selected-objects.ts';
import * as verification from '../../../shared/contracts/verification.ts';
import { assessRestore } from '../../../shared/domain/restore/assess-restore.ts';
import { settings } from '../../support/restore/settings.ts';
import { workflowBench } from '../workflow-support.ts';

export const contracts = {
  planRestore: [restore.PlanRestoreInput, restore.PlanRestoreOutput],
  startCandidate: [restore.StartCandidateInput, restore.StartCandidateOutput],
  checkCandidate: [restore.CheckCandidateInput, restore.CheckCandidateOutput],
  applyParity: [restore.ApplyParityInput, restore.ApplyParityOutput],
  verifyCandidate: [restore.VerifyCandidateInput, restore.VerifyCandidateOutput],
  verifyServer: [verification.VerifyServerInput, verification.VerifyServerOutput],
  verifySchema: [verification.VerifySchemaInput, verification.VerifySchemaOutput],
  verifyTables: [verification.VerifyTablesInput, verification.VerifyTablesOutput],
  verifyStructure: [verification.VerifyStructureInput, verification.VerifyStructureOutput],
  verifyAssertions: [verification.VerifyAssertionsInput, verification.VerifyAssertionsOutput],
  askRestore: [restore.AskRestoreInput, restore.AskRestoreOutput],
  checkRestoreAnswer: [restore.CheckRestoreAnswerInput, restore.CheckRestoreAnswerOutput],
  deleteCandidate: [restore.DeleteCandidateInput, restore.DeleteCandidateOutput],
  handOverCandidate: [restore.HandOverCandidateInput, restore.HandOverCandidateOutput],
  loadObjects: [objects.LoadObjectsInput, objects.LoadObjectsOutput],
  mergeObjects: [objects.MergeObjectsInput, objects.MergeObjectsOutput],
  recordRestore: [restore.RecordRestoreInput, restore.RecordRestoreOutput],
  publishOutcome: [PublishOutcomeInput, PublishOutcomeOutput],
} as const;

const sha256 = 'a'.repeat(64);
export const witness = {
  key: 'backup-and-verify/own/run/witness-1.json.gz',
  binding: { sha256, headerSha256: sha256, tables: 1, rows: '1', bytes: 1 },
  evidenceKey: 'backup-and-verify/own/run/evidence.json',
};
export const plan: restore.RestorePlan = {
  ...{ database: 'own', isActed: true, reason: 'a test', attempt: 1, region: 'us-east-1' },
  ...{ sourceInstanceId: 'own-dev', sourceStatus: 'available', candidateId: 'own-dev-restored-1', settings },
  backup: { kind: 'moment', time: '2026-03-01T05:00:00Z' },
  backupName: 'the moment 2026-03-01T05:00:00Z',
  ...{ newestMoment: '2026-03-01T05:00:00.000Z', witness: null, evidencePrefix: 'restore/own/run-1/attempt-1' },
  price: { currency: 'USD', day: 1, month: 30 },
  ...{
    needsApproval: false,
    askSeconds: 3600,
    inspectSeconds: 86_400,
    refusals: [],
    notes: [],
    objects: null,
    closure: [],
  },
};
export const verified = (name: string) => ({
  rungsKey: `${name}.json`,
  statuses: { [name]: 'passed' as const },
  digests: {},
});
export const answer = (decision: restore.RestoreDecision | null, at: string | null = null) => ({
  ...{ decision, at, person: decision === null ? null : 'arn:aws:iam::123456789012:user/anna', reason: `${decision}` },
});
export const rows = { table: 'public.t', missing: '1', differing: '2', surplus: '0' };
const difference: restore.Difference = {
  ...{ setting: 'deletion protection', source: 'true', candidate: 'false', kind: 'expected', remedy: 'none' },
};

export const bench = workflowBench({
  workflow: 'restore',
  contracts,
  soundInput: { database: 'own', from: { at: '2026-03-01T05:00:00Z' }, mode: 'restore', reason: 'a test' },
  soundRun: {
    planRestore: ({ attempt }) => ({ plan: { ...plan, attempt } }),
    startCandidate: () => ({ instanceId: plan.candidateId }),
    checkCandidate: () => ({ isReady: true, status: 'available' }),
    applyParity: () => ({ isReached: true, status: 'available', differences: [difference] }),
    verifyCandidate: () => ({
      ...verified('reachable'),
      ...{ endpoint: 'candidate.example.com:5432', newestHeartbeatAt: null, differences: [] },
    }),
    verifyServer: () => ({ ...verified('identity'), bracket: 'inside' as const }),
    verifySchema: () => verified('schema'),
    verifyTables: () => verified('tables'),
    verifyStructure: () => verified('structure'),
    verifyAssertions: () => verified('assertions'),
    askRestore: () => ({ answer: { signed: 'of a test' } }),
    checkRestoreAnswer: () => answer('go-on'),
    deleteCandidate: (_, call) => ({ isGone: call > 1, status: call > 1 ? 'gone' : 'deleting' }),
    handOverCandidate: () => ({ instanceId: plan.candidateId, endpoint: 'candidate.example.com:5432' }),
    loadObjects: () => ({ loaded: 1, isComplete: true, differences: [rows] }),
    mergeObjects: ({ isWanted }) => ({ run: 'run-1_x', merged: isWanted ? [rows] : [] }),
    recordRestore: (input) => {
      const { result, severity, summary, left } = assessRestore(input, []);
      return { database: 'own', result, severity, summary, left, recordKey: 'record.json', reportKey: 'report.html' };
    },
    publishOutcome: () => ({ messageId: 'message-1' }),
  },
});
