// The alarms of each database that is backed up nightly, for the stage that is packaged.
const { answered } = require('./answered-alarm.cjs');
const { readStage } = require('./stage-operations.cjs');

module.exports = async ({ resolveVariable }) => {
  const { stage, policy } = await readStage(resolveVariable);
  const databases = Object.entries(policy.databases ?? {});
  const alarms = [
    ...databases
      .filter(([, database]) => database?.nightly !== false)
      .flatMap(([name]) => alarmsOf(name, policy.dr ?? {}).map((alarm) => [name, ...alarm])),
    ...databases
      .filter(([, database]) => (database?.lease?.mode ?? 'off') !== 'off')
      .flatMap(([name]) => leaseAlarmsOf(name).map((alarm) => [name, ...alarm])),
    ...databases
      .filter(([, database]) => database?.standby !== undefined)
      .map(([name]) => [name, ...readinessAlarm(name)]),
    ...databases
      .filter(([, database]) => policy.dr !== undefined && isToBePromoted(database))
      .map(([name]) => [name, ...predictionAlarm(name)]),
    ...databases
      .filter(([, database]) => database?.dns !== undefined)
      .map(([name, database]) => [name, ...promotedAlarm(name, database.dns)]),
  ];
  return {
    Resources: Object.fromEntries(
      alarms.map(([database, kind, severity, properties, place]) => [
        pascal(`${kind}-${database.replaceAll('-', '-dash-')}-alarm`), // a-b and ab are two databases
        {
          Type: 'AWS::CloudWatch::Alarm',
          ...conditionOf(place),
          Properties: {
            AlarmName: `${kind}-${database}-${stage}`,
            ...(isAnswered(properties)
              ? answered(severity, properties)
              : {
                  AlarmActions: [{ Ref: `${severity}Topic` }],
                  OKActions: [{ Ref: `${severity}Topic` }],
                  ...properties,
                }),
          },
        },
      ]),
    ),
  };
};

/** Runs and databases are in the first region, and what is replicated is in the second. */
const conditionOf = (place = 'first region') =>
  place === 'both regions' ? {} : { Condition: place === 'first region' ? 'IsFirstRegion' : 'IsSecondRegion' };

/**
 * What watch-backups measures. Those of the runs themselves notify their topic as before: a run reports its outcome there, and PagerDuty folds
 * both into one incident.
 */
const isAnswered = ({ Dimensions = [] }) =>
  Dimensions.some(({ Name, Value }) => Name === 'service' && Value === 'watch-backups');

/** The dashboard draws the same lines. */
const limits = { verifiedBackupHours: 30, provenHereHours: 54, restorableSeconds: 900 };
module.exports.limits = limits;

const pascal = (name) => name.replace(/(^|-)([a-z0-9])/g, (_, _dash, letter) => letter.toUpperCase());

/** All that a function writes: a metric is named by exactly its dimensions. */
const dimensions = (service, database) => [
  { Name: 'service', Value: service },
  { Name: 'Database', Value: database },
];

function alarmsOf(database, dr) {
  const watched = (MetricName) => ({
    Namespace: 'pg-gameday',
    MetricName,
    Dimensions: dimensions('watch-backups', database),
    Statistic: 'Maximum',
    Period: 900, // watch-backups runs every 15 minutes
    EvaluationPeriods: 2,
    DatapointsToAlarm: 2, // one that is late is none
    ComparisonOperator: 'GreaterThanThreshold',
    TreatMissingData: 'breaching', // nobody looks, or there is nothing to see
  });
  return [
    [
      'backup-and-verify-failed',
      'P1',
      {
        AlarmDescription: `The newest backup of ${database} is not proven. OK when a backup is verified again.`,
        Namespace: 'pg-gameday',
        MetricName: 'FailedVerifications',
        Dimensions: dimensions('backup-and-verify', database),
        Statistic: 'Maximum',
        Period: 60, // a run that ends reports 0 or 1
        EvaluationPeriods: 1,
        Threshold: 1,
        ComparisonOperator: 'GreaterThanOrEqualToThreshold',
        TreatMissingData: 'ignore', // between two runs the last one counts
      },
    ],
    [
      'backup-and-verify-overdue',
      'P1',
      {
        AlarmDescription: `No backup of ${database} was verified for 26 hours.`,
        Metrics: [
          // Hours without a run are filled, so that a run from before the 26 hours does not count among the newest data.
          { Id: 'hourly', Expression: 'FILL(verified, 0)', Label: 'verified backups', ReturnData: true },
          {
            Id: 'verified',
            MetricStat: {
              Metric: {
                Namespace: 'pg-gameday',
                MetricName: 'VerifiedBackups',
                Dimensions: dimensions('backup-and-verify', database),
              },
              Period: 3600,
              Stat: 'Sum',
            },
            ReturnData: false,
          },
        ],
        EvaluationPeriods: 26, // a day, and two hours for a run that is late or long
        DatapointsToAlarm: 26,
        Threshold: 1,
        ComparisonOperator: 'LessThanThreshold',
        TreatMissingData: 'breaching', // not one run in sight is the worst case
      },
    ],
    [
      'backup-and-verify-old',
      'P1',
      {
        AlarmDescription: `The newest snapshot of ${database} in this region that was verified, or whose copy or original was, is more than ${limits.verifiedBackupHours} hours old, or there is none.`,
        ...watched('VerifiedBackupHours'),
        Threshold: limits.verifiedBackupHours, // a day, and six hours for a run that is late or long
      },
      'both regions',
    ],
    ...(dr.proofs === 'alternate' ? [notProvenHere(database, watched)] : []),
    ...(dr.replicatedBackups === undefined ? [] : [notReplicated(database, watched, dr.replicatedBackups)]),
    [
      'backup-and-verify-restorable',
      'P1',
      {
        AlarmDescription: `${database} cannot be restored to a moment of the last 15 minutes.`,
        ...watched('RestorableSeconds'),
        Threshold: limits.restorableSeconds, // RDS ships the log every 5 minutes
      },
    ],
    [
      'restore-test-failed',
      'P2',
      {
        AlarmDescription: `A way back of ${database} is not proven by its last test, or could not be tried. recovery/${database}/recovery.html in the evidence bucket names it. OK when it is proven again.`,
        ...watched('FailedRestorePaths'),
        Threshold: 0,
      },
    ],
    [
      'restore-test-stale',
      'P3',
      {
        AlarmDescription: `A way back of ${database} was not proven for its interval and the grace after it, or never was. Start restore-test by hand.`,
        ...watched('StaleRestorePaths'),
        Threshold: 0,
      },
    ],
    [
      'backup-and-verify-odd',
      'P3',
      {
        AlarmDescription: `Size or duration of the last backup of ${database} is far from its history. Its report shows both.`,
        ...watched('OddBackups'),
        Threshold: 0,
      },
    ],
  ];
}

/** keep-lease runs each minute and reports 0 where it holds nothing. */
function leaseAlarmsOf(database) {
  const watched = (MetricName, minutes) => ({
    Namespace: 'pg-gameday',
    MetricName,
    Dimensions: dimensions('keep-lease', database),
    Statistic: 'Minimum',
    Period: 60,
    EvaluationPeriods: minutes,
    DatapointsToAlarm: minutes,
    ComparisonOperator: 'LessThanThreshold',
    TreatMissingData: 'breaching', // an agent that says nothing renews nothing
  });
  return [
    [
      'pg-gameday-lease-over',
      'P1',
      {
        AlarmDescription: `The lease of ${database} is over or nearly: its applications are kept out, or will be within a minute. Runbook: docs/runbooks/keep-lease.md`,
        ...watched('LeaseSecondsLeft', 2),
        Threshold: 60, // a pass that renews leaves 180
      },
    ],
    [
      'pg-gameday-lease-registers',
      'P3',
      {
        AlarmDescription: `A register of the lease of ${database} was not written for 15 minutes: one more that is lost ends the lease.`,
        ...watched('LeaseRegisters', 15),
        Threshold: 3,
      },
    ],
  ];
}

/** The health check of the name reads this alarm: it takes no high resolution and no metric math. */
const promotedAlarm = (database, { name }) => [
  'pg-gameday-promoted',
  'P1',
  {
    AlarmDescription: `The name ${name} of ${database} leads to the second region. OK when the first one has its primary again. Runbook: docs/runbooks/dr-promotion.md`,
    Namespace: 'pg-gameday',
    MetricName: 'PromotedEpoch',
    Dimensions: dimensions('dr-promotion', database),
    Statistic: 'Maximum',
    Period: 60, // the agent says it each minute
    EvaluationPeriods: 1,
    Threshold: 1,
    ComparisonOperator: 'GreaterThanOrEqualToThreshold',
    TreatMissingData: 'ignore', // a region that says nothing turns no name
  },
  'second region', // where promotions are made
];

/** dr-readiness runs each hour and reports 0, 1 or 2. */
const readinessAlarm = (database) => [
  'pg-gameday-dr-not-ready',
  'P2',
  {
    AlarmDescription: `A promotion of the second region would not serve ${database}, or lose data. dr-readiness/${database}/readiness.html in the evidence bucket there says why. OK when it is ready again.`,
    Namespace: 'pg-gameday',
    MetricName: 'ReadinessGrade',
    Dimensions: dimensions('dr-readiness', database),
    Statistic: 'Maximum',
    Period: 3600,
    EvaluationPeriods: 2,
    DatapointsToAlarm: 2, // an hour of lag is none
    Threshold: 0,
    ComparisonOperator: 'GreaterThanThreshold',
    TreatMissingData: 'breaching', // nobody reports
  },
];

/** Others are restored in the second region, and held to what their restore tests say. */
const isToBePromoted = (database) => database?.standby !== undefined || (database?.lease?.mode ?? 'off') !== 'off';

/** dr-readiness runs each hour and reports how many of the two targets a promotion would miss. */
const predictionAlarm = (database) => [
  'pg-gameday-dr-targets',
  'P2',
  {
    AlarmDescription: `A promotion of ${database} now would lose more, or take longer, than disasterRecovery of operations.yml allows. Runbook: docs/runbooks/dr-readiness.md, section "When the prediction misses a target". OK when it is within both.`,
    Namespace: 'pg-gameday',
    MetricName: 'PredictedMisses',
    Dimensions: dimensions('dr-readiness', database),
    Statistic: 'Maximum',
    Period: 3600,
    EvaluationPeriods: 2,
    DatapointsToAlarm: 2, // an hour of lag is none
    Threshold: 0,
    ComparisonOperator: 'GreaterThanThreshold',
    TreatMissingData: 'breaching', // nobody reports
  },
];

/** Where proofs alternate, each region has its turn every second night. */
const notProvenHere = (database, watched) => [
  'backup-and-verify-not-here',
  'P2',
  {
    AlarmDescription: `The newest snapshot of ${database} that was restored and verified in this region is more than ${limits.provenHereHours} hours old, or there is none.`,
    ...watched('ProvenHereHours'),
    Threshold: limits.provenHereHours, // two days, and six hours for a run that is late or long
  },
  'both regions',
];

/** It stops by itself when its key is disabled, and is then as silent as if nobody had ever wanted it. */
const notReplicated = (database, watched, { lagSeconds = 1800 }) => [
  'backup-and-verify-replicated',
  'P2',
  {
    AlarmDescription: `The automated backups of ${database} that are replicated to this region are more than ${lagSeconds} s behind, or there are none.`,
    ...watched('ReplicatedBackupSeconds'),
    Threshold: lagSeconds,
  },
  'second region',
];
