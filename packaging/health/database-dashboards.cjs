// biome-ignore-all lint/suspicious/noTemplateCurlyInString: CloudFormation writes placeholders like this
// One dashboard a database: what collect-health measures of it, of its instance and of its replicas, each with the lines of its alarms.
const { readStage } = require('../cloudformation/stage-operations.cjs');
const { pascal } = require('../cloudformation/workflows.cjs');
const { healthAlarmsOf } = require('./health-alarms.cjs');

module.exports = async ({ resolveVariable }) => {
  const { stage, policy, health } = await readStage(resolveVariable);
  const databases = policy.databases ?? {};
  const alarms = await healthAlarmsOf(stage, databases, health, policy.dr != null);
  return { Resources: await dashboardsOf(stage, databases, alarms) };
};

async function dashboardsOf(stage, databases, alarms) {
  const { healthMetrics } = await import('../../shared/domain/health/metrics.ts');
  return Object.fromEntries(
    Object.entries(databases)
      .filter(([, policy]) => policy != null)
      .map(([name, { instance, replicas = [] }]) => [
        `${pascal(name.replaceAll('-', '-dash-'))}Dashboard`,
        {
          Type: 'AWS::CloudWatch::Dashboard',
          Condition: 'IsFirstRegion', // its name is of the whole account
          Properties: {
            DashboardName: `pg-gameday-${stage}-${name}`,
            DashboardBody: {
              'Fn::Sub': JSON.stringify({
                periodOverride: 'inherit',
                start: '-P1D',
                widgets: placed(widgetsOf(name, [instance, ...replicas], healthMetrics, Object.values(alarms))),
              }),
            },
          },
        },
      ]),
  );
}
module.exports.dashboardsOf = dashboardsOf;

const placed = (widgets) =>
  widgets.map((widget, index) => ({
    ...widget,
    ...{ x: (index % 3) * 8, y: Math.floor(index / 3) * 5, width: 8, height: 5 },
  }));

function widgetsOf(database, instances, metrics, alarms) {
  return Object.entries(metrics)
    .filter(([metric]) => metric !== 'PassesSeen') // of the second region
    .map(([metric, { of, unit }]) => {
      const bearers = of === 'Database' ? [database] : instances;
      const lines = bearers.map((bearer) => [
        ...['pg-gameday', metric, 'service', 'collect-health', of, bearer],
        { label: bearer },
      ]);
      const horizontal = linesOf(metric, bearers[0], alarms);
      return {
        type: 'metric',
        properties: {
          ...{ title: `${words(metric)}, ${unit.toLowerCase()}`, region: '${AWS::Region}', view: 'timeSeries' },
          ...{ metrics: lines, stat: 'Maximum', period: 300 },
          ...(horizontal.length === 0 ? {} : { annotations: { horizontal } }),
        },
      };
    });
}

/** The lines of the alarms on a metric, so that a graph and a call never differ. */
const linesOf = (metric, bearer, alarms) =>
  alarms.flatMap(({ Properties: { MetricName, Dimensions = [], Threshold, AlarmName } }) =>
    MetricName === metric && Dimensions.some(({ Value }) => Value === bearer)
      ? [{ value: Threshold, label: AlarmName.includes('-critical-') ? 'critical' : 'warning' }]
      : [],
  );

const words = (metric) => metric.replace(/(?!^)([A-Z])/g, (_, letter) => ` ${letter.toLowerCase()}`);
