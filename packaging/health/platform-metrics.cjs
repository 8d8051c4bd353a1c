// Alarms on metrics that applications, pipelines and the business publish under the names of operations.yml. They notify topics: whoever
// publishes nothing is an alarm where `silence` says so.
const { readStage } = require('../cloudformation/stage-operations.cjs');
const { pascal } = require('../cloudformation/workflows.cjs');

module.exports = async ({ resolveVariable }) => {
  const { stage, policy } = await readStage(resolveVariable);
  return { Resources: await platformAlarmsOf(stage, policy.metrics) };
};

/** Logical id to alarm. What is wrong in `metrics` is reported by validate-operations. */
async function platformAlarmsOf(stage, metrics) {
  const { PlatformMetrics } = await import('../../shared/policy/schema/platform-metrics.ts');
  const parsed = PlatformMetrics.safeParse(metrics);
  const levels = ['warning', 'critical'];
  return Object.fromEntries(
    (parsed.success ? parsed.data : []).flatMap((one) =>
      levels
        .filter((level) => one[level] !== undefined)
        .map((level) => [pascal(`platform-${one.name}-${level}-alarm`), alarm(one, level, stage)]),
    ),
  );
}
module.exports.platformAlarmsOf = platformAlarmsOf;

const treatments = { alarm: 'breaching', fine: 'notBreaching', unknown: 'ignore' };

function alarm(one, level, stage) {
  const { name, when, says, runbook, severities, periods, silence } = one;
  const topic = { Ref: `${severities[level]}Topic` };
  return {
    Type: 'AWS::CloudWatch::Alarm',
    Condition: 'IsFirstRegion',
    Properties: {
      AlarmName: `pg-gameday-metric-${name}-${level}-${stage}`,
      AlarmDescription: `${says} ${one.metric} is ${when} ${one[level]}${silence === 'alarm' ? ', or nobody publishes it' : ''}. Runbook: ${runbook}`,
      ...watched(one, level),
      EvaluationPeriods: periods,
      DatapointsToAlarm: periods,
      Threshold: one[level],
      ComparisonOperator: when === 'below' ? 'LessThanThreshold' : 'GreaterThanThreshold',
      TreatMissingData: treatments[silence],
      AlarmActions: [topic],
      OKActions: [topic],
    },
  };
}

/** Where silence is the alarm, periods without a value are filled beyond the line: CloudWatch would look for older data first. */
function watched({ namespace, metric, dimensions, statistic, seconds, when, silence, ...lines }, level) {
  const Dimensions = Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
  const Metric = { Namespace: namespace, MetricName: metric, Dimensions };
  const Period = Number(seconds);
  if (silence !== 'alarm') {
    const stat = /^p/.test(statistic) ? { ExtendedStatistic: statistic } : { Statistic: statistic };
    return { ...Metric, ...stat, Period };
  }
  const beyond = lines[level] + (when === 'below' ? -1 : 1);
  return {
    Metrics: [
      { Id: 'filled', Expression: `FILL(measured, ${beyond})`, Label: metric, ReturnData: true },
      { Id: 'measured', MetricStat: { Metric, Stat: statistic, Period }, ReturnData: false },
    ],
  };
}
