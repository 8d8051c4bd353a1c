/** Parts of a restore test that went well, for tests that change what they are about. */
import type {
  PlannedTrial,
  RestorePath,
  RestoreTestEvidence,
  TrialResult,
  TriedPath,
} from '../../../../../shared/contracts/restore-test.ts';

const began = Date.UTC(2026, 2, 1, 15);
const after = (seconds: number) => new Date(began + seconds * 1000).toISOString();
const binding = { sha256: 'b'.repeat(64), headerSha256: 'c'.repeat(64), tables: 2, rows: '10', bytes: 8192 };
const witness = {
  key: 'backup-and-verify/fantasy/night-1/witness-1.json.gz',
  binding,
  evidenceKey: 'backup-and-verify/fantasy/night-1/evidence.json',
};

export const trialOf = (path: RestorePath): PlannedTrial => ({
  path,
  executionName: `run-1-${path}`,
  region: path.startsWith('other-region') ? 'us-west-2' : 'us-east-1',
  backup: { kind: 'snapshot', snapshotId: 'gd-backup-fantasy-1' },
  witness,
  pause: null,
  evidencePrefix: `restore-test/fantasy/run-1/${path}`,
  newestMoment: after(-3600),
  rpoSeconds: 3600,
  proofCostKey: `drill-costs/2026-03/run-1-${path}.json`,
  size: {
    instanceClass: 'db.t3.micro',
    storageGb: 20,
    storageType: 'gp2',
    snapshots: 0,
    snapshotDays: 0,
    isCopiedToRegion: false,
  },
  predicted: { hours: 6, parts: [], total: 6 },
});

const phases = [
  { name: 'StartRestore', startedAt: after(0), endedAt: after(2) },
  { name: 'AwaitRestore', startedAt: after(2), endedAt: after(300) },
  { name: 'VerifyServer', startedAt: after(300), endedAt: after(360) },
  { name: 'VerifyTables', startedAt: after(360), endedAt: after(800) },
  { name: 'VerifyAssertions', startedAt: after(800), endedAt: after(900) },
  { name: 'CleanUp', startedAt: after(900), endedAt: after(1202) },
];

export const trialResult = (path: RestorePath): TrialResult => ({
  path,
  proof: {
    executionName: `run-1-${path}`,
    executionArn: `arn:aws:states:us-east-1:123456789012:execution:prove-snapshot-prod:run-1-${path}`,
    region: trialOf(path).region,
    snapshotId: 'gd-backup-fantasy-1',
  },
  result: {
    rungsKeys: ['rungs'],
    digests: { rungs: 'd'.repeat(64) },
    statuses: { reachable: 'passed', parameters: 'passed' },
    bracket: 'inside',
    phases,
    failure: null,
    cleanUpFailure: null,
  },
  failure: null,
  cleanUpFailure: null,
});

export const triedPath = (path: RestorePath, changes: Partial<TriedPath> = {}): TriedPath => ({
  path,
  verdict: 'exact',
  summary: '10 of 10 rows of the database are proven equal to the source',
  blame: null,
  region: trialOf(path).region,
  restored: 'gd-backup-fantasy-1',
  pause: null,
  newestMoment: after(-3600),
  rpoSeconds: 3600,
  times: { available: 300, usable: 360, verified: 900 },
  targetSeconds: 7200,
  isInTime: true,
  rungs: [],
  phases,
  failure: null,
  cleanUpFailure: null,
  witness,
  proof: trialResult(path).proof,
  objects: [],
  predicted: { hours: 6, parts: [], total: 6 },
  actual: { hours: 0.3, parts: [], total: 0.3 },
  ...changes,
});

export const restoreTestEvidence = (changes: Partial<RestoreTestEvidence> = {}): RestoreTestEvidence => ({
  schemaVersion: 1,
  workflow: 'restore-test',
  execution: {
    name: 'run-1',
    arn: 'arn:aws:states:us-east-1:123456789012:execution:restore-test-prod:run-1',
    startedAt: after(0),
    recordedAt: after(1500),
  },
  stage: 'prod',
  request: { database: 'fantasy' },
  database: 'fantasy',
  chainedAfter: 0,
  sourceBytes: 8192,
  isProven: true,
  verdict: 'exact',
  summary: '1 of 1 paths that were tried are proven',
  currency: 'USD',
  tried: [triedPath('snapshot')],
  notTried: [],
  failure: null,
  ...changes,
});
