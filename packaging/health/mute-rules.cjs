// Mutes the alarms on health that maintenance itself raises, in the maintenance windows of operations.yml. What is muted sends its events all the
// same, with the end of the window in them: until then alert asks nobody. What damages data, or runs out, is never muted.
const { readStage } = require('../cloudformation/stage-operations.cjs');
const { pascal } = require('../cloudformation/workflows.cjs');
const { healthAlarmsOf } = require('./health-alarms.cjs');

module.exports = async ({ resolveVariable }) => {
  const { stage, policy, health, platform } = await readStage(resolveVariable);
  const alarms = await healthAlarmsOf(stage, policy.databases ?? {}, health, policy.dr != null);
  return { Resources: muteRulesOf({ stage, policy, alarms, timeZone: platform.timeZone }) };
};

/** Kinds of shared/policy/schema/health-alarms.ts that a restart, a failover, a long statement or a lock of ours raises. */
const MUTED = [
  ...['silent', 'silent-elsewhere', 'gaps', 'connections', 'long-transaction', 'replication-lag', 'cache-hit'],
  ...['deadlocks', 'blocked-sessions', 'vacuum', 'invalid-index'],
];
module.exports.mutedKinds = MUTED;

/** CloudWatch takes so many a rule. */
const MOST_ALARMS = 100;

/** Logical id to rule. A rule lives with its alarms, which must exist before it: one for each stack and condition. */
function muteRulesOf({ stage, policy, alarms, timeZone }) {
  const windows = policy.maintenance ?? [];
  return Object.fromEntries(
    windows.flatMap((window, index) => {
      const ids = Object.keys(alarms).filter((id) => isMuted(alarms[id], window, policy.databases ?? {}));
      const groups = Map.groupBy(ids, (id) => `${stackOfHealth(alarms[id])} ${alarms[id].Condition}`);
      return [...groups].flatMap(([place, all]) =>
        chunks(all).map((part, number) => {
          const [stack, condition] = place.split(' ');
          const name = `maintenance-${index + 1}-${stack}${condition === 'IsSecondRegion' ? '-elsewhere' : ''}-${number + 1}`;
          return [pascal(`${name}-mute-rule`), rule({ name, stage, window, ids: part, condition, timeZone })];
        }),
      );
    }),
  );
}
module.exports.muteRulesOf = muteRulesOf;

function isMuted({ Properties: { Dimensions = [], Metrics = [], AlarmDescription } }, { databases }, policies) {
  const [, kind] = /#([a-z-]+)(?: |\.|$)/.exec(AlarmDescription) ?? [];
  if (!MUTED.includes(kind)) return false;
  const all = [...Dimensions, ...Metrics.flatMap(({ MetricStat }) => MetricStat?.Metric.Dimensions ?? [])];
  const bearer = all.find(({ Name }) => Name === 'Database' || Name === 'Instance')?.Value;
  return databases.some((name) => {
    const { instance, replicas = [] } = policies[name] ?? {};
    return [name, instance, ...replicas].includes(bearer);
  });
}

const chunks = (ids) =>
  Array.from({ length: Math.ceil(ids.length / MOST_ALARMS) }, (_, index) =>
    ids.slice(index * MOST_ALARMS, (index + 1) * MOST_ALARMS),
  );

function rule({ name, stage, window: { days, from, minutes }, ids, condition, timeZone }) {
  const [hour, minute] = from.split(':').map(Number);
  const weekdays = days.map((day) => day.slice(0, 3).toUpperCase()).join(',');
  return {
    Type: 'AWS::CloudWatch::AlarmMuteRule',
    Condition: condition,
    Properties: {
      Name: `pg-gameday-${name}-${stage}`,
      Description: 'A maintenance window of operations.yml. Runbook: docs/runbooks/collect-health.md#maintenance',
      Rule: {
        Schedule: {
          Expression: `cron(${minute} ${hour} * * ${weekdays})`,
          Duration: `PT${minutes}M`,
          Timezone: timeZone,
        },
      },
      MuteTargets: { AlarmNames: ids.map((id) => ({ Ref: id })) },
    },
  };
}

/** What RDS says of an instance: read by a function of its own. */
const upkeep = new Set(['CertificateDays', 'ForcedMaintenanceDays', 'FreeStoragePercent', 'StorageFullDays']);

/** Of ten databases with a replica each they are 500 alarms, and a stack takes no more resources than that. */
function stackOfHealth({ Properties: { MetricName, Metrics = [], Dimensions = [] } }) {
  const names = [MetricName, ...Metrics.map(({ MetricStat }) => MetricStat?.Metric.MetricName)];
  if (names.some((name) => upkeep.has(name))) return 'health-upkeep';
  return Dimensions.some(({ Name }) => Name === 'Database') ? 'health-databases' : 'health';
}
module.exports.stackOfHealth = stackOfHealth;
