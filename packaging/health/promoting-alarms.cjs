// The alarms of the second region that start a promotion: of the primaries of databases whose promotions are not decided by hand.
const { readStage } = require('../cloudformation/stage-operations.cjs');

module.exports = async ({ resolveVariable }) => {
  const { stage, policy } = await readStage(resolveVariable);
  return promotingAlarms(stage, policy.databases ?? {});
};

/** A rule needs a name to look for, also where no alarm promotes anything. */
function promotingAlarms(stage, databases) {
  const instances = Object.values(databases)
    .filter((database) => ['approve', 'auto'].includes(database?.promotion?.decision))
    .map(({ instance }) => `pg-gameday-silent-elsewhere-critical-${instance}-${stage}`);
  return instances.length === 0 ? [`pg-gameday-no-alarm-promotes-${stage}`] : [...new Set(instances)];
}
module.exports.promotingAlarms = promotingAlarms;
