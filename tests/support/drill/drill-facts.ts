import type { DrillPlan, RecordDrillInput } from '../../../shared/contracts/dr-drill/dr-drill.ts';
import { drillScope } from '../../../shared/domain/dr/drill-scope.ts';

/** A drill that went well, in seconds of 12:00. */
const at = (seconds: number) => new Date(Date.parse('2026-11-30T12:00:00Z') + seconds * 1000).toISOString();

export const scope = drillScope('run-1');
export const targets = { rtoSeconds: 3600, rpoSeconds: 900 };

export const drillPlan: DrillPlan = {
  ...{ database: 'fantasy', isActed: true, reason: 'half-yearly', region: 'us-west-2', scope: scope.id },
  ...{ primaryId: scope.primaryId, replicaId: scope.replicaId, name: `${scope.label}.db.example.com` },
  primaryHost: `${scope.primaryId}.abc.us-west-2.rds.amazonaws.com`,
  replicaHost: `${scope.replicaId}.abc.us-west-2.rds.amazonaws.com`,
  backup: { snapshotId: 'gd-backup-fantasy-1', takenAt: at(-7200), verdict: 'exact' },
  ...{ instanceClass: 'db.t3.micro', parameterGroup: 'fantasy-parameters', predicted: null, refusals: [] },
};

const row = (marker: string, seconds: number, host: string | null) => ({
  ...{ name: drillPlan.name ?? '', target: host ?? '', role: 'demo_app', marker, at: at(seconds) },
});

export const drillFacts = {
  prepared: { epoch: 4, registers: 3, bytes: 8_000_000, row: row('before', 890, drillPlan.primaryHost) },
  fence: {
    ...{ kind: 'fenced' as const, epoch: 4, roles: ['demo_app'], endedSessions: 2 },
    ...{ lsn: '0/5000000', at: at(901) },
  },
  drained: {
    replay: { lsn: '0/5000000', receivedLsn: '0/5000000', lastCommitAt: at(901), at: at(902) },
    ...{ isDrained: true, lossSeconds: 0, isAccepted: true },
  },
  lease: { epoch: 5, holder: `us-west-2/${scope.replicaId}`, registers: 3 },
  opened: { endpoint: '192.0.2.7:5432', roles: ['demo_app'], writableAt: at(960) },
  confirmed: { row: row('after', 999, drillPlan.replicaHost), isBeforeThere: true },
};

const phase = (name: string, from: number, to: number) => ({ name, startedAt: at(from), endedAt: at(to) });

export const drillRun: RecordDrillInput = {
  ...{ executionName: 'run-1', startedAt: at(0), request: {}, plan: drillPlan },
  executionArn: 'arn:aws:states:us-west-2:123456789012:execution:dr-drill-prod:run-1',
  ...drillFacts,
  ...{ isCleanedUp: true, failure: null, cleanUpFailure: null },
  phases: [
    phase('PlanDrill', 0, 2),
    phase('AwaitPrimary', 2, 500),
    phase('AwaitReplica', 500, 880),
    phase('PrepareDrill', 880, 900),
    phase('FenceDrill', 900, 902),
    phase('Drain', 902, 905),
    phase('AwaitPromotion', 905, 955),
    phase('SwitchName', 960, 990),
    phase('ConfirmDrill', 990, 1000),
    phase('CleanUp', 1000, 1300),
  ],
};
