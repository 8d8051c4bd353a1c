// The alarms on the health of each instance and database of the stage that is packaged, by the table of
// shared/policy/schema/health-alarms.ts and the lines of operations.yml. Faults are reported by validate-operations.
const { answered } = require('../cloudformation/answered-alarm.cjs');
const { readStage } = require('../cloudformation/stage-operations.cjs');

module.exports = async ({ resolveVariable }) => {
  const { stage, policy, health } = await readStage(resolveVariable);
  return { Resources: await healthAlarmsOf(stage, policy.databases ?? {}, health) };
};

/** Logical id to alarm. `health` is the part of operations.yml as it is written; what is left out has its default. */
async function healthAlarmsOf(stage, databases, health) {
  const { alarmKinds } = await import('../../shared/policy/schema/health-alarms.ts');
  const { Health } = await import('../../shared/policy/schema/health.ts');
  const parsed = Health.safeParse(health);
  const { alarms } = parsed.success ? parsed.data : Health.parse({});
  const alarmOf = ([name, kind]) =>
    kind.on.flatMap((what) =>
      bearersOf(what, databases).flatMap((bearer) =>
        Object.keys(kind.lines).map((level) => {
          const id = pascal(`health-${name}-${level}-${bearer.replaceAll('-', '-dash-')}-alarm`);
          return [id, alarm({ name, kind, level, bearer, dimension: dimensionOf(what), stage, setting: alarms[name] })];
        }),
      ),
    );
  return Object.fromEntries(Object.entries(alarmKinds).flatMap(alarmOf));
}
module.exports.healthAlarmsOf = healthAlarmsOf;

const pascal = (name) => name.replace(/(^|-)([a-z0-9])/g, (_, _dash, letter) => letter.toUpperCase());
const dimensionOf = (what) => (what === 'database' ? 'Database' : 'Instance');

/** Each instance once, whatever databases it has. */
function bearersOf(what, databases) {
  const policies = Object.values(databases).filter((policy) => policy != null);
  if (what === 'database') return Object.keys(databases);
  if (what === 'primary') return [...new Set(policies.map(({ instance }) => instance))];
  return [...new Set(policies.flatMap(({ replicas }) => replicas ?? []))];
}

/** Idle is fine where nothing is measured of it; that nobody measures is the alarm `silent`, and the others stay as they were. */
const treatments = { alarm: 'breaching', fine: 'notBreaching', unknown: 'ignore' };

function alarm({ name, kind, level, bearer, dimension, stage, setting }) {
  const line = setting[level];
  return {
    Type: 'AWS::CloudWatch::Alarm',
    Condition: 'IsFirstRegion', // collect-health measures there
    Properties: answered(setting.severity[level], {
      AlarmName: `pg-gameday-${name}-${level}-${bearer}-${stage}`,
      AlarmDescription: `${bearer}: ${kind.says}. ${kind.metric} is ${kind.when} ${line}. Runbook: docs/runbooks/collect-health.md#${name}`,
      ...watched(kind, [
        { Name: 'service', Value: 'collect-health' },
        { Name: dimension, Value: bearer },
      ]),
      EvaluationPeriods: kind.periods,
      DatapointsToAlarm: kind.periods,
      Threshold: line,
      ComparisonOperator: kind.when === 'below' ? 'LessThanThreshold' : 'GreaterThanThreshold',
      TreatMissingData: treatments[kind.silence],
    }),
  };
}

/** Where silence is the alarm, minutes without a pass are filled: CloudWatch would look for older data first. */
function watched(kind, Dimensions) {
  const metric = { Namespace: 'pg-gameday', MetricName: kind.metric, Dimensions };
  const stat = kind.when === 'below' ? 'Minimum' : 'Maximum';
  if (kind.silence !== 'alarm') return { ...metric, Unit: kind.unit, Statistic: stat, Period: kind.period };
  return {
    Metrics: [
      { Id: 'filled', Expression: 'FILL(measured, 0)', Label: kind.metric, ReturnData: true },
      {
        Id: 'measured',
        MetricStat: { Metric: metric, Unit: kind.unit, Stat: stat, Period: kind.period },
        ReturnData: false,
      },
    ],
  };
}
