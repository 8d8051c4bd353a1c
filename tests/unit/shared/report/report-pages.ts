import type { CostAnalysis, CostEvidence } from '../../../../shared/contracts/cost-report.ts';
import type { FleetRecord, NightLine } from '../../../../shared/contracts/nightly-backup.ts';
import { ladder } from '../../../../shared/contracts/verification.ts';
import type { WasteFinding } from '../../../../shared/contracts/waste.ts';
import { backupReport } from '../../../../shared/report/backup/backup-report.ts';
import { fleetReport } from '../../../../shared/report/backup/fleet-report.ts';
import { costReport } from '../../../../shared/report/cost/cost-report.ts';
import { recoveryReport } from '../../../../shared/report/restore/recovery-report.ts';
import { restoreTestReport } from '../../../../shared/report/restore/restore-test-report.ts';
import { slowQueryReport } from '../../../../shared/report/slow-queries/slow-query-report.ts';
import { evidenceWith } from '../../../support/evidence-sample.ts';
import { historyWith } from './history-sample.ts';
import { recoveryPages } from './recovery-pages.ts';
import { recoveryWith, restoreTestOf } from './recovery-sample.ts';
import { slowDay } from './slow-query-sample.ts';
import { watchPages } from './watch-pages.ts';

const zone = 'America/New_York';
const phases = ['TakeWitness', 'StartRestore', 'AwaitRestore', 'VerifyServer', 'VerifyTables', 'CleanUp'];
const at = (minute: number) => new Date(Date.UTC(2026, 2, 31, 8, 30 + minute)).toISOString();

/** Each page of the size and the wording of a real run, with what would break its layout: long names, long causes. */
export const pages = {
  backup: () =>
    backupReport(
      {
        ...evidenceWith((place) => place),
        database: 'fantasy',
        verdict: 'bounded',
        summary:
          '931367 of 931551 rows in 39 tables are proven equal to the source; unverifiable: 184 rows (0.02 %), 1 table, 0.021 % of all bytes',
        failure: null,
        cleanUpFailure: { state: 'CheckDeleted', error: 'CleanUpTimedOut', cause: `copy gd-copy-${'x'.repeat(180)}` },
        rungs: ladder.map((name) => ({
          name,
          status: name === 'tables' ? 'gap' : 'passed',
          summary: `${name}: 14 of 14 equal`,
          findings:
            name === 'tables'
              ? [{ object: 'stats.live_scores', status: 'gap', problem: 'is unlogged: a restore leaves it empty' }]
              : [],
        })),
        tables: Array.from({ length: 39 }, (_, index) => ({
          table: index === 3 ? `stats.${'a_very_long_name_of_a_table_'.repeat(4)}` : `league.table_${index}`,
          status: index === 7 ? 'unverifiable' : 'proven',
          rows: String(1_234_567 * (index + 1)),
          bytes: 123_456_789 * (index + 1),
          matchedRows: index,
          unverifiableRows: index % 5,
          ...(index === 7 ? { reason: 'was rewritten between S1 and S2' } : {}),
        })),
        phases: phases.map((name, index) => ({ name, startedAt: at(index * 4), endedAt: at(index * 4 + 4) })),
      },
      zone,
      historyWith(90),
    ),
  fleet: () => fleetReport(night, zone, nights),
  costs: () => costReport(costs, zone),
  recovery: () => recoveryReport(recoveryWith(8), zone),
  restoreTest: () => restoreTestReport(restoreTestOf(7, 'exact'), zone),
  slowQueries: () => slowQueryReport(slowDay({}), zone),
  ...recoveryPages,
  ...watchPages,
} as const satisfies Readonly<Record<string, () => string>>;

const night: FleetRecord = {
  schemaVersion: 1,
  workflow: 'nightly-backup',
  execution: {
    name: 'night',
    arn: 'arn:aws:states:us-east-1:123456789012:execution:nightly-backup-prod:night',
    startedAt: at(0),
    recordedAt: at(90),
  },
  stage: 'prod',
  isProven: false,
  summary: '1 of 12 backups are not proven: database-4',
  databases: Array.from({ length: 12 }, (_, index) => ({
    database: `database-${index}`,
    executionName: `night-${index}-${'0123456789abcdef'.repeat(3)}`,
    isProven: index !== 4,
    isHeld: false,
    isRefused: false,
    verdict: index === 4 ? null : 'exact',
    reason: index === 4 ? 'States.Timeout' : '931551 of 931551 rows in 39 tables are proven equal to the source',
    seconds: index === 4 ? null : 1800 + index,
    evidenceKey: index === 4 ? null : `backup-and-verify/database-${index}/night-${index}/evidence.json`,
  })),
  failure: null,
};
const nights: NightLine[] = Array.from({ length: 30 }, (_, index) => ({
  schemaVersion: 1,
  startedAt: new Date(Date.UTC(2026, 2, 2 + index, 8, 30)).toISOString(),
  isProven: index !== 11 && index !== 29,
  proven: index === 11 || index === 29 ? 11 : 12,
  databases: 12,
  pageKey: `nightly-backup/night-${index}/report.html`,
}));

const finding = (kind: WasteFinding['kind'], resource: string, more: Partial<WasteFinding>): WasteFinding => ({
  id: `${kind}/us-east-1/${resource}`,
  kind,
  region: 'us-east-1',
  resource,
  aMonth: 40,
  basis: '500 GB of gp3 at 0.08 USD a GB-month, by the price list of operations.yml',
  evidence: 'gp3 volume, 100 days old, attached to no machine',
  difficulty: 'careful',
  action: `aws ec2 create-snapshot --region us-east-1 --volume-id ${resource}, wait until it is completed, then aws ec2 delete-volume --region us-east-1 --volume-id ${resource}`,
  ...more,
});
const balancer =
  'arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/a-load-balancer-of-nobody/0123456789abcdef';
const findings: WasteFinding[] = [
  finding('oversized-database', 'analytics-reporting-production', {
    aMonth: 1234.5,
    basis: 'half of 2469.00 USD for db.r6g.2xlarge in the month before, by the bill of the account',
    evidence:
      'db.r6g.2xlarge in 14 days: CPU 2.1 % in the mean and 7.9 % in the busiest hour, 12 connections at most, 48.2 of 64 GiB freeable at least; db.r6g.xlarge would carry it',
    action:
      'aws rds modify-db-instance --region us-east-1 --db-instance-identifier analytics-reporting-production --db-instance-class db.r6g.xlarge (in its maintenance window; it restarts)',
  }),
  ...Array.from({ length: 6 }, (_, index) => finding('unattached-volume', `vol-0123456789abcde${index}f`, {})),
  finding('idle-load-balancer', balancer, {
    evidence: 'application load balancer: RequestCount is 0 in 14 days',
    action: `aws elbv2 delete-load-balancer --region us-east-1 --load-balancer-arn ${balancer}`,
  }),
  finding('uncovered-use', 'savings-plans', {
    aMonth: null,
    basis: 'depends on term and payment',
    difficulty: 'project',
  }),
];

const date = (index: number) => new Date(Date.UTC(2026, 0, 31 + index)).toISOString().slice(0, 10);
const days = Array.from({ length: 60 }, (_, index) => ({
  date: date(index),
  actual: 400 + (index % 7) * 20 + (index === 58 ? 250 : 0),
  expected: 450,
  lower: 360,
  upper: 540,
}));
const line = (name: string, spend: number) => ({ name, spend, before: spend * 0.9 });
const analysis: CostAnalysis = {
  schemaVersion: 1,
  edition: 'weekly',
  period: { from: date(53), to: date(59) },
  currency: 'USD',
  spend: 3450.12,
  spendBefore: 3200,
  days,
  month: {
    from: '2026-03-01',
    spent: 13_900,
    budget: 14_000,
    forecast: { total: 14_500, lower: 14_300, upper: 14_800, rest: [300, 300] },
    isNewlyBeyondBudget: false,
  },
  services: ['Amazon Relational Database Service', 'Amazon Elastic Compute Cloud - Compute', 'EC2 - Other'].map(
    (name, index) => line(name, 1200 - index * 300),
  ),
  places: [line('123456789012 / us-east-1', 2000)],
  tags: [line('backup-and-verify', 35)],
  events: [
    {
      id: 'increase/Amazon Relational Database Service/2026-03-30',
      kind: 'increase',
      service: 'Amazon Relational Database Service',
      usageTypes: ['USE1-RDS:ChargedBackupUsage'],
      first: date(58),
      last: date(58),
      days: 1,
      actual: 650,
      expected: 400,
      aDay: 250,
      isOpen: false,
      isNew: true,
      causes: [{ dimension: 'region', value: 'us-east-1', money: 250, share: 1 }],
      awsAnomalies: [],
    },
  ],
  awsAnomalies: [],
  drills: { month: '2026-03', billed: 31.4, predicted: 33.1, runs: 31, unpriced: 0 },
  severity: 'P3',
  notes: ['The last two days are not settled: AWS may still change them.'],
};
const costs: CostEvidence = {
  schemaVersion: 1,
  workflow: 'cost-report',
  execution: {
    name: 'weekly',
    arn: 'arn:aws:states:us-east-1:123456789012:execution:cost-report-prod:weekly',
    startedAt: at(0),
    recordedAt: at(4),
  },
  stage: 'prod',
  isPartial: true,
  requests: 31,
  price: 0.31,
  analysis,
  waste: {
    schemaVersion: 1,
    currency: 'USD',
    findings,
    missing: [{ part: 'volumes', region: 'us-west-2', error: 'UnauthorizedOperation: not permitted' }],
  },
  costsKey: 'cost-report/weekly/costs.json',
  failure: null,
};
