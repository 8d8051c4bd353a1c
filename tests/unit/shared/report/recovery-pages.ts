import type { DrillEvidence } from '../../../../shared/contracts/dr-drill/dr-drill.ts';
import type { FailbackRecord } from '../../../../shared/contracts/dr-failback/dr-failback.ts';
import type { StrandedReport } from '../../../../shared/contracts/dr-failback/stranded.ts';
import type { PromotionRecord } from '../../../../shared/contracts/dr-promotion/dr-promotion.ts';
import type { PastRecoveries } from '../../../../shared/contracts/dr-promotion/recovery.ts';
import type { FailoverRecord } from '../../../../shared/contracts/failover-drill/failover-drill.ts';
import type { RestoreRecord } from '../../../../shared/contracts/restore/restore.ts';
import { pastRecovery } from '../../../../shared/domain/dr/past-recovery.ts';
import { drillReport } from '../../../../shared/report/dr/drill-report.ts';
import { failbackReport } from '../../../../shared/report/dr/failback-report.ts';
import { failoverReport } from '../../../../shared/report/dr/failover-report.ts';
import { promotionReport } from '../../../../shared/report/dr/promotion-report.ts';
import { strandedPage } from '../../../../shared/report/dr/stranded-page.ts';
import { restoreReport } from '../../../../shared/report/restore/restore-report.ts';
import { settings } from '../../../support/restore/settings.ts';

type DrillFence = NonNullable<DrillEvidence['fence']>;

const zone = 'America/New_York';
const at = (second: number) => new Date(Date.UTC(2026, 2, 31, 8, 30, second)).toISOString();
const phasesOf = (...names: readonly string[]) =>
  names.map((name, index) => ({ name, startedAt: at(index * 7), endedAt: at(index * 7 + 7) }));
const executionOf = (workflow: string) => ({
  name: 'by-hand',
  arn: `arn:aws:states:us-west-2:123456789012:execution:${workflow}-prod:by-hand`,
  startedAt: at(0),
  recordedAt: at(90),
});
const host = (id: string) => `${id}.abcdefghijkl.us-west-2.rds.amazonaws.com`;
const sha256 = '0123456789abcdef'.repeat(4);
const long = `app.${'a_very_long_name_of_a_table_'.repeat(3)}`;

const fence: DrillFence = {
  kind: 'fenced',
  ...{ epoch: 3, roles: ['demo_app', 'reporting'], endedSessions: 41 },
  ...{ lsn: '16/B374D848', at: at(12) },
};
const opened = { endpoint: host('fantasy-dr'), roles: ['demo_app'], writableAt: at(64) };
const confirmed = {
  ...{ name: 'fantasy.db.example.internal', target: host('fantasy-dr') },
  ...{ role: 'demo_app', transaction: '90123', at: at(70) },
};
const lease = { epoch: 4, holder: 'us-west-2/fantasy-dr', registers: 3 };
const failure = {
  ...{ state: 'HardenPromoted', error: 'AwsUnavailableError' },
  cause: `modify instance 'fantasy-dr': no answer within 30 s of ${'https://rds.us-west-2.amazonaws.com/'.repeat(4)}`,
};

const promotion: PromotionRecord = {
  ...{ schemaVersion: 1, workflow: 'dr-promotion', execution: executionOf('dr-promotion'), stage: 'prod' },
  ...{ request: {}, database: 'fantasy', result: 'promoted', severity: 'P2' },
  summary: "'fantasy-dr' in us-west-2 is the primary; at most 2.4 s of commits are lost",
  left: [
    `Fence the old primary when us-east-1 returns: select gameday.put_up_fence(4); of ${long}`,
    'Start dr-failback with {"database": "fantasy"} when the region is back.',
  ],
  plan: {
    ...{ database: 'fantasy', isActed: true, reason: 'us-east-1 is down', mostLossSeconds: 60 },
    primaryIsDown: 'AWS Health says that us-east-1 is lost, and no client reaches it',
    primary: { region: 'us-east-1', instanceId: 'fantasy-prod', status: null, isMultiAz: true, keptOut: null },
    replica: {
      ...{ region: 'us-west-2', instanceId: 'fantasy-dr', status: 'available' },
      arn: 'arn:aws:rds:us-west-2:123456789012:db:fantasy-dr',
      replay: { lsn: '16/B374D848', receivedLsn: '16/B374D848', lastCommitAt: at(8), at: at(10) },
    },
    ...{ predictedLossSeconds: 2.1, lease: null, name: 'fantasy.db.example.internal', refusals: [] },
    ...{ automatic: null, approval: null },
  },
  ...{ fence, lease, lossSeconds: 2.4, rtoSeconds: 64.2, opened, confirmed, nameFailure: null },
  ...{ seen: null, answers: [] },
  ...{ targets: { rtoSeconds: 3600, rpoSeconds: 900 }, isInTime: true },
  ...{ failure: null, liftFailure: null, hardenFailure: failure },
  phases: phasesOf('PlanPromotion', 'FencePrimary', 'CheckDrained', 'PromoteReplica', 'OpenPromoted', 'SwitchName'),
};

const before: PastRecoveries = {
  found: [
    {
      ...{ kind: 'drill', executionName: 'spring-drill', startedAt: '2025-09-30T08:30:00.000Z', result: 'rehearsed' },
      ...{ rtoSeconds: 612.4, rpoSeconds: 0, workSeconds: 600 },
    },
    {
      ...{ kind: 'promotion', executionName: 'a-night', startedAt: '2026-01-12T02:11:00.000Z', result: 'unfinished' },
      ...{ rtoSeconds: null, rpoSeconds: 31, workSeconds: null },
    },
  ],
  unread: [`dr-promotion/fantasy/${'a-long-name-of-an-execution-'.repeat(3)}/record.json is not there`],
};

const stranded: StrandedReport = {
  ...{ schemaVersion: 1, workflow: 'dr-failback', database: 'fantasy', partedAt: '740:742:740.741' },
  old: { region: 'us-east-1', instanceId: 'fantasy-prod', resourceId: 'db-ABCDEFGHIJKLMNOPQRSTUVWXYZ' },
  current: { region: 'us-west-2', instanceId: 'fantasy-dr' },
  rows: 17,
  tables: ['app.bets', long].map((table, index) => ({
    ...{ table, key: index === 0 ? ['id'] : ['league_id', 'player_id', 'a_third_column_of_the_key'] },
    ...{ onlyThere: 12 - index, differs: 3, sha256 },
    first: Array.from({ length: 10 }, (_, row) =>
      index === 0 ? [`${row}`] : [`${row}`, '6f1c3a52-9d0b-4c3e-8a57-0b1d2e3f4a5b', 'x'.repeat(80)],
    ),
  })),
  heartbeats: [{ name: 'writer', beat: '90125', at: at(3) }],
  notRead: [{ what: long, why: 'row-level security of its owner is active: rows may be hidden from us' }],
  ...{ transactions: 19, at: at(20), sha256 },
};

export const failback: FailbackRecord = {
  ...{ schemaVersion: 1, workflow: 'dr-failback', execution: executionOf('dr-failback'), stage: 'prod' },
  ...{ request: {}, database: 'fantasy', result: 'not undone', severity: 'P1' },
  summary: "the applications are kept out of 'fantasy-dr' still; nothing was promoted",
  left: ['select gameday.lift_fence(4); -- as the role of the fence, in the database fantasy of fantasy-dr'],
  plan: {
    ...{ database: 'fantasy', mode: 'failback', isActed: true, reason: 'us-east-1 is back', accept: sha256 },
    acceptUnknown: 'its owner has looked at the table by hand',
    primary: {
      ...{ region: 'us-west-2', instanceId: 'fantasy-dr', arn: 'arn:aws:rds:us-west-2:123456789012:db:fantasy-dr' },
      ...{ status: 'available', isMultiAz: true, keptOut: [], partedAt: '740:742:740.741' },
    },
    old: {
      ...{ instanceId: 'fantasy-prod', resourceId: 'db-ABCDEFGHIJKLMNOPQRSTUVWXYZ', status: 'available' },
      ...{ arn: 'arn:aws:rds:us-east-1:123456789012:db:fantasy-prod', isSetAside: false },
    },
    asideId: 'fantasy-prod-set-aside-20260331',
    replica: { region: 'us-east-1', instanceId: 'fantasy-prod', status: null },
    ...{ lease: null, name: 'fantasy.db.example.internal', refusals: [] },
  },
  stranded: {
    ...{ sha256, rows: 17, tables: ['app.bets', long], notRead: [long], transactions: 19, heartbeats: 1 },
    ...{ isAccepted: true, key: 'dr-failback/fantasy/x/stranded.json', pageKey: 'dr-failback/fantasy/x/stranded.html' },
  },
  ...{ refusals: [], isRebuilt: true, fence, lease: null, opened: null, confirmed: null, nameFailure: null },
  compared: { tables: 38, rows: '31666', uncompared: 1, differing: [long] },
  failure: { ...failure, state: 'CompareSides' },
  liftFailure: { ...failure, state: 'LiftFence' },
  ...{ hardenFailure: null, outageSeconds: null },
  phases: phasesOf('PlanFailback', 'FindStranded', 'SetAsideOld', 'RebuildReplica', 'FencePrimary', 'CompareSides'),
};

const drill: DrillEvidence = {
  ...{ schemaVersion: 1, workflow: 'dr-drill', execution: executionOf('dr-drill'), stage: 'prod', request: {} },
  ...{ database: 'fantasy', chainedAfter: 7, sourceBytes: 834_000_000_000, result: 'rehearsed', severity: 'P2' },
  summary: 'a client had written 4012.3 s after the order, at most 3600 s are required; at most 0.0 s are lost',
  left: ['Look for the phase that took longer than in the drills before.'],
  targets: { rtoSeconds: 3600, rpoSeconds: 900 },
  ...{ rtoSeconds: 4012.3, rpoSeconds: 0, backupRpoSeconds: 41_213, isInTime: false },
  plan: {
    ...{ database: 'fantasy', isActed: true, reason: 'half-yearly rehearsal', region: 'us-west-2' },
    ...{ scope: 'drill-d97flfqt8w48', primaryId: 'gd-copy-drill-d97flfqt8w48-primary' },
    replicaId: 'gd-copy-drill-d97flfqt8w48-replica',
    name: 'gd-drill-d97flfqt8w48.db.example.internal',
    primaryHost: host('gd-copy-drill-d97flfqt8w48-primary'),
    replicaHost: host('gd-copy-drill-d97flfqt8w48-replica'),
    backup: { snapshotId: 'gd-backup-fantasy-34yc0lx4857rm-1', takenAt: at(-900), verdict: 'bounded' },
    ...{ instanceClass: 'db.r6g.large', parameterGroup: 'fantasy-prod-parameters', predicted: null, refusals: [] },
  },
  ...{ prepared: null, fence, drained: null, lease, opened, confirmed: null, isCleanedUp: false, failure: null },
  cleanUpFailure: { ...failure, state: 'CleanUpDrill' },
  phases: phasesOf('PlanDrill', 'StartDrillPrimary', 'AwaitPrimary', 'StartDrillReplica', 'FenceDrill', 'ConfirmDrill'),
};

const failover: FailoverRecord = {
  ...{ schemaVersion: 1, workflow: 'failover-drill', execution: executionOf('failover-drill'), stage: 'prod' },
  ...{ database: 'fantasy', request: {}, result: 'rehearsed', severity: 'P3' },
  summary: "a client of 'fantasy-prod' could not write for 143.5 s, MORE than 120 s; slots and subscribers go on",
  left: ['Look for long recovery (checkpoints, many relations) and for clients that keep a dead connection.'],
  limitSeconds: 120,
  plan: {
    ...{ database: 'fantasy', instanceId: 'fantasy-prod', isActed: true, reason: 'a rehearsal' },
    ...{ zone: 'us-east-1a', refusals: [] },
  },
  rehearsal: {
    ...{ askedAt: at(2), isMeasured: true, isNewServer: true, lostWrites: 0, lsn: '16/B374D848' },
    slots: [{ name: 'warehouse', isLogical: true, isActive: true }],
    outage: {
      ...{
        seconds: 143.5,
        resolutionSeconds: 0.6,
        untilBrokenSeconds: 4,
        noConnectionSeconds: 120,
        noWriteSeconds: 19,
      },
      bySecond: `wwww${'-'.repeat(120)}${'c'.repeat(19)}${'w'.repeat(12)}`,
    },
    probesKey: 'failover-drill/fantasy/by-hand/client.json',
  },
  check: { isDone: true, status: 'available', zone: 'us-east-1b', open: [] },
  ...{ failure: null, phases: phasesOf('PlanFailover', 'RehearseFailover', 'CheckFailover') },
};

const restore: RestoreRecord = {
  ...{ schemaVersion: 1, workflow: 'restore', execution: executionOf('restore'), stage: 'prod', request: {} },
  ...{ database: 'fantasy', result: 'kept', severity: 'P1' },
  summary: "'fantasy-prod-restored-1' answered after 600 s and nobody has taken it over; 1 of 11 checks failed",
  left: ['npm run approve -- fantasy --go-on, or it goes on costing 12.40 USD a day', `Look at ${long}.`],
  plan: {
    ...{
      database: 'fantasy',
      isActed: true,
      reason: 'rows were deleted by a release',
      attempt: 2,
      region: 'us-east-1',
    },
    ...{
      sourceInstanceId: 'fantasy-prod',
      sourceStatus: 'available',
      candidateId: 'fantasy-prod-restored-1',
      settings,
    },
    backup: { kind: 'snapshot', snapshotId: 'gd-backup-fantasy-34yc0lx4857rm-1' },
    ...{ backupName: 'gd-backup-fantasy-34yc0lx4857rm-1', newestMoment: at(-900), witness: null, objects: null },
    ...{ closure: [], evidencePrefix: 'restore/fantasy/by-hand', needsApproval: true, askSeconds: 3600 },
    price: { currency: 'USD', day: 12.4, month: 377.2 },
    ...{ inspectSeconds: 86_400, refusals: [], notes: [`what ${long} had of statistics is not restored`] },
  },
  ...{ endpoint: host('fantasy-prod-restored-1'), newestHeartbeatAt: at(-901), usableSeconds: 600 },
  differences: [
    {
      ...{
        setting: 'CACertificateIdentifier',
        source: 'rds-ca-rsa2048-g1',
        candidate: 'rds-ca-ecc384-g1',
        kind: 'left',
      },
      remedy:
        'aws rds modify-db-instance --db-instance-identifier fantasy-prod-restored-1 --ca-certificate-identifier …',
    },
  ],
  merge: null,
  rungs: [{ name: 'structure', status: 'failed', summary: 'an index is damaged' }],
  findings: [{ rung: 'structure', object: long, status: 'failed', problem: 'an entry is missing' }],
  unread: null,
  answers: [
    { decision: null, at: null, person: null, reason: `${'somebody who may not answer '.repeat(4)}has answered` },
  ],
  ...{ failure, deleteFailure: null, phases: phasesOf('PlanRestore', 'StartCandidate', 'VerifyCandidate') },
};

/** The pages that somebody reads while a region is down, or a rehearsal of it has gone wrong. */
export const recoveryPages = {
  promotion: () => promotionReport(promotion, pastRecovery(promotion), before, zone),
  stranded: () => strandedPage(stranded, 'prod', zone),
  failback: () => failbackReport(failback, zone),
  drill: () => drillReport(drill, [{ ...drill, rtoSeconds: 2900, isInTime: true }], zone),
  failover: () => failoverReport(failover, zone),
  restore: () => restoreReport(restore, zone),
} as const satisfies Readonly<Record<string, () => string>>;
