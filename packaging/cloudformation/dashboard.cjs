// biome-ignore-all lint/suspicious/noTemplateCurlyInString: CloudFormation writes placeholders like this
// One page to look at in the morning: what is proven, how old it is, what failed. It shows every database of the stage
// that is packaged, every state machine and every alarm.
const { readFileSync } = require('node:fs');
const path = require('node:path');
const { parse } = require('yaml');
const makeDatabaseAlarms = require('./database-alarms.cjs');
const { limits } = makeDatabaseAlarms;
const makeFrames = require('./frames.cjs');
const { readStage } = require('./stage-operations.cjs');
const { readWorkflows } = require('./workflows.cjs');

const platformFiles = ['notifications.yml', 'events.yml'].map((file) =>
  path.resolve(__dirname, '../../resources/platform', file),
);

module.exports = async ({ resolveVariable }) => {
  const { stage, policy } = await readStage(resolveVariable);
  const { Resources: databaseAlarms } = await makeDatabaseAlarms({ resolveVariable });
  const { Resources: frames } = await makeFrames();
  const platform = Object.assign({}, ...platformFiles.map((file) => parse(readFileSync(file, 'utf8')).Resources));
  const alarms = Object.entries({ ...platform, ...frames }).flatMap(([id, { Type }]) =>
    Type === 'AWS::CloudWatch::Alarm' ? [id] : [],
  );
  const body = {
    periodOverride: 'inherit',
    start: '-P14D',
    widgets: placed([
      ...widgetsOfDatabases(policy.databases ?? {}, [policy.region, policy.dr?.region]),
      alarmWidget('Alarms of the databases', Object.keys(databaseAlarms)),
      alarmWidget('Alarms of the system', alarms),
      executionsWidget(readWorkflows()),
      housekeepingWidget(),
    ]),
  };
  return {
    Resources: {
      Dashboard: {
        Type: 'AWS::CloudWatch::Dashboard',
        Condition: 'IsFirstRegion', // its name is of the whole account
        Properties: { DashboardName: `pg-gameday-${stage}`, DashboardBody: { 'Fn::Sub': JSON.stringify(body) } },
      },
    },
  };
};

/** Two beside each other, as many rows as it takes. */
const placed = (widgets) =>
  widgets.map((widget, index) => ({
    ...widget,
    x: (index % 2) * 12,
    y: Math.floor(index / 2) * 6,
    width: 12,
    height: 6,
  }));

const metricWidget = (title, metrics, more) => ({
  type: 'metric',
  properties: { title, region: '${AWS::Region}', view: 'timeSeries', metrics, ...more },
});

const alarmWidget = (title, ids) => ({
  type: 'alarm',
  properties: { title, alarms: ids.map((id) => `\${${id}.Arn}`) },
});

function widgetsOfDatabases(policies, regions) {
  const databases = Object.keys(policies);
  const line = (service, metric, database, more) => [
    ...['pg-gameday', metric, 'service', service, 'Database', database],
    { label: database, ...more },
  ];
  const runs = (metric, more = () => ({})) =>
    databases.map((database, index) => line('backup-and-verify', metric, database, more(index)));
  /** Measured only of what is backed up every night. */
  const watched = databases.filter((database) => policies[database]?.nightly !== false);
  const inEach = (metric, places = regions) =>
    places
      .filter((region) => region !== undefined)
      .flatMap((region) =>
        watched.map((database) => line('watch-backups', metric, database, { label: `${database} ${region}`, region })),
      );
  /** Of the whole fleet on the last day. */
  const sum = (metric, prefix, label) => [
    [
      {
        expression: `SUM([${databases.map((_, index) => `FILL(${prefix}${index}, 0)`).join(', ')}])`,
        label,
        id: prefix,
      },
    ],
    ...runs(metric, (index) => ({ id: `${prefix}${index}`, visible: false })),
  ];
  const limit = (value, label) => ({ annotations: { horizontal: [{ value, label }] } });
  const day = (stat) => ({ stat, period: 86_400 });
  const quarter = { stat: 'Maximum', period: 900 };
  return [
    metricWidget(
      'The last day of the fleet',
      [...sum('VerifiedBackups', 'proven', 'proven'), ...sum('FailedVerifications', 'failed', 'not proven')],
      { ...day('Sum'), view: 'singleValue' },
    ),
    metricWidget('Age of the newest verified backup, hours', inEach('VerifiedBackupHours'), {
      ...quarter,
      ...limit(limits.verifiedBackupHours, 'alarm'),
    }),
    metricWidget(
      'Age of the newest backup restored and verified in the region itself, hours',
      inEach('ProvenHereHours'),
      {
        ...quarter,
        ...limit(limits.provenHereHours, 'alarm where proofs alternate'),
      },
    ),
    metricWidget(
      'Behind the newest restorable moment, seconds',
      [
        ...watched.map((database) => line('watch-backups', 'RestorableSeconds', database)),
        ...inEach('ReplicatedBackupSeconds', regions.slice(1)),
      ],
      { ...quarter, ...limit(limits.restorableSeconds, 'alarm') },
    ),
    metricWidget('Backups that were not proven', runs('FailedVerifications'), day('Sum')),
    metricWidget('Duration of a run, seconds', runs('DurationSeconds'), day('Maximum')),
    metricWidget('Size of the sources, bytes', runs('SourceBytes'), day('Maximum')),
    metricWidget('Rows that could not be verified', runs('UnverifiableRows'), day('Maximum')),
  ];
}

function executionsWidget(machines) {
  const of = (metric, words) =>
    machines.map(({ id, name }) => [
      ...['AWS/States', metric, 'StateMachineArn', `\${${id}}`],
      { label: `${name}${words}` },
    ]);
  return metricWidget(
    'Executions that failed or timed out',
    [...of('ExecutionsFailed', ''), ...of('ExecutionsTimedOut', ' timed out')],
    { stat: 'Sum', period: 3600 },
  );
}

const housekeepingWidget = () =>
  metricWidget(
    'Housekeeping',
    [
      ['pg-gameday', 'SnapshotQuotaUsed', 'service', 'retention', { label: 'quota of snapshots used, %' }],
      ['pg-gameday', 'Leftovers', 'service', 'sweep-leftovers', { label: 'left-over copies' }],
      [
        ...['AWS/SQS', 'ApproximateNumberOfMessagesVisible', 'QueueName', '${UndeliveredQueue.QueueName}'],
        { label: 'undelivered notifications' },
      ],
    ],
    { stat: 'Maximum', period: 86_400, view: 'singleValue' },
  );
