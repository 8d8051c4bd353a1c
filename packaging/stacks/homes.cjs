// In which stack each resource lives. Stacks are cut by lifetime: the stage's own stack holds what must outlive every
// release and what people are wired to (evidence, topics with confirmed addresses, security groups that sources let in).
// Workflows come and go with releases, the alarms of databases with operations.yml; those on their health are so many that they
// have stacks of their own.
const databaseAlarms = require('../cloudformation/database-alarms.cjs');
const healthAlarms = require('../health/health-alarms.cjs');
const databaseDashboards = require('../health/database-dashboards.cjs');
const muteRules = require('../health/mute-rules.cjs');
const platformMetrics = require('../health/platform-metrics.cjs');
const { pascal, readAlarmFiles, readFunctions, readWorkflows } = require('../cloudformation/workflows.cjs');

/** The topics of the stage's own stack are subscribed to it. */
const OWN_FOLDERS = ['notification'];

module.exports = async ({ resolveVariable }) => {
  const { Resources } = await databaseAlarms({ resolveVariable });
  const { Resources: health } = await healthAlarms({ resolveVariable });
  const { Resources: mutes } = await muteRules({ resolveVariable });
  const { Resources: dashboards } = await databaseDashboards({ resolveVariable });
  const { Resources: platform } = await platformMetrics({ resolveVariable });
  return homesOf({
    functions: readFunctions(),
    workflows: readWorkflows(),
    alarmFiles: readAlarmFiles(),
    databaseAlarms: Object.keys(Resources),
    healthAlarms: health,
    muteRules: mutes,
    ofDatabases: [...Object.keys(dashboards), ...Object.keys(platform)],
  });
};

/** Logical id to the name of its nested stack; what is not in it lives in the stage's own. */
function homesOf({
  functions,
  workflows,
  alarmFiles,
  databaseAlarms: alarms,
  healthAlarms: health,
  muteRules: mutes = {},
  ofDatabases = [],
}) {
  const stackOf = new Map(workflows.map(({ name, stack }) => [name, stack]));
  const homes = new Map();
  for (const { key, folder } of functions) {
    if (OWN_FOLDERS.includes(folder)) continue;
    // A folder without a workflow is a capability that several of them use.
    const stack = stackOf.get(folder) ?? 'capabilities';
    // The last three are there where people call it by its own address.
    for (const end of ['LambdaFunction', 'Role', 'LambdaFunctionUrl', 'LambdaPermissionFnUrl', 'LambdaPermissionFn'])
      homes.set(`${pascal(key)}${end}`, stack);
    homes.set(`${pascal(folder)}FunctionLogs`, stack);
    homes.set(`${pascal(folder)}FunctionLogsCold`, stack);
  }
  for (const { id, stack } of workflows)
    for (const end of [
      '',
      'MachineRole',
      'Logs',
      'LogsCold',
      'StartRole',
      'Schedule',
      'Event',
      'FailedAlarm',
      'TimedOutAlarm',
    ])
      homes.set(`${id}${end}`, stack);
  for (const [workflow, ids] of alarmFiles) for (const id of ids) homes.set(id, stackOf.get(workflow));
  for (const [id, alarm] of Object.entries(health)) homes.set(id, muteRules.stackOfHealth(alarm));
  // A rule lives where its alarms do.
  for (const [id, { Properties }] of Object.entries(mutes))
    homes.set(id, homes.get(Properties.MuteTargets.AlarmNames[0].Ref));
  for (const id of ofDatabases) homes.set(id, 'health-databases');
  for (const id of [...alarms, 'Dashboard']) homes.set(id, 'databases');
  return homes;
}
module.exports.homesOf = homesOf;
