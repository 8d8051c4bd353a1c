// What the generators read: workflows.yml, the state machines, and the functions and statements of each folder. Serverless
// takes generators as CommonJS only.
const { existsSync, readdirSync, readFileSync } = require('node:fs');
const path = require('node:path');
const { parse } = require('yaml');

const root = path.resolve(__dirname, '../..');
const read = (file, from) => parse(readFileSync(path.join(from, file), 'utf8'), { merge: true }) ?? {};

/** `backup-and-verify` as serverless key (`backupAndVerify`) and as logical id (`BackupAndVerify`). */
const camel = (name) => name.replace(/-([a-z0-9])/g, (_, letter) => letter.toUpperCase());
const pascal = (name) => camel(`-${name}`);
const kebab = (key) => key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

const known = {
  entry: ['stack', 'schedule', 'event', 'regions', 'failedAlarm', 'timedOutAlarm', 'statements'],
  schedule: ['expression', 'description'],
  event: ['pattern', 'description'],
  failedAlarm: ['severity', 'byTopic', 'description', 'period', 'evaluationPeriods', 'datapointsToAlarm'],
  timedOutAlarm: ['severity', 'description'],
};

/** A machine as it is packaged: its named retry policies are written out. */
function readMachine(workflow, from = root) {
  const retries = read('statemachines/retries.yml', from);
  const text = JSON.stringify(read(`statemachines/${workflow}.asl.yml`, from));
  return JSON.parse(
    text.replace(/"\$\{file\(statemachines\/retries\.yml\):(\w+)\}"/g, (_, name) => {
      if (retries[name] === undefined)
        throw new Error(`machine '${workflow}' has retry policy '${name}', which is not there`);
      return JSON.stringify(retries[name]);
    }),
  );
}

/** Every workflow with its entry and its machine, in the order of workflows.yml; what does not fit is refused by name. */
function readWorkflows(from = root) {
  const entries = read('workflows.yml', from);
  const machines = readdirSync(path.join(from, 'statemachines'))
    .filter((file) => file.endsWith('.asl.yml'))
    .map((file) => file.slice(0, -'.asl.yml'.length));
  const faults = [
    ...machines.filter((name) => entries[name] === undefined).map((name) => `'${name}' has a machine and no entry`),
    ...Object.entries(entries).flatMap(([name, entry]) => faultsOf(name, entry, machines)),
  ];
  if (faults.length > 0) throw new Error(`workflows.yml has ${faults.length} faults\n  ${faults.join('\n  ')}`);
  return Object.entries(entries).map(([name, entry]) => ({
    name,
    id: pascal(name),
    file: `statemachines/${name}.asl.yml`,
    ...entry,
    definition: readMachine(name, from),
  }));
}

function faultsOf(name, entry, machines) {
  const faults = machines.includes(name) ? [] : [`'${name}' has no statemachines/${name}.asl.yml`];
  const unknown = (part, value) =>
    Object.keys(value ?? {})
      .filter((key) => !known[part].includes(key))
      .map((key) => `'${name}' has '${key}', known in its ${part} are ${known[part].join(', ')}`);
  faults.push(...unknown('entry', entry));
  for (const part of ['schedule', 'event', 'failedAlarm', 'timedOutAlarm']) faults.push(...unknown(part, entry[part]));
  for (const part of ['schedule', 'event']) {
    if (entry[part] !== undefined && !['first', 'second', 'each'].includes(entry.regions))
      faults.push(`'${name}' has ${part} and regions ${JSON.stringify(entry.regions)}, expected first, second or each`);
  }
  if (!/^[a-z][a-z-]*$/.test(entry.stack ?? '')) faults.push(`'${name}' has no stack`);
  for (const part of ['failedAlarm', 'timedOutAlarm']) {
    const { severity, description } = entry[part] ?? { severity: 'P1', description: '-' };
    if (!/^P[1-4]$/.test(severity))
      faults.push(`'${name}' has severity ${JSON.stringify(severity)}, expected P1 to P4`);
    if (!description) faults.push(`'${name}' has an alarm without description`);
  }
  if (entry.failedAlarm && entry.timedOutAlarm)
    faults.push(`'${name}' has a timedOutAlarm, which its failedAlarm implies`);
  return faults;
}

/** Every function with its folder and the statements of its role. */
function readFunctions(from = root) {
  return readdirSync(path.join(from, 'functions'))
    .sort()
    .filter((folder) => existsSync(path.join(from, `functions/${folder}/functions.yml`)))
    .flatMap((folder) => {
      const statements = read(`resources/roles/${folder}.yml`, from);
      const functions = read(`functions/${folder}/functions.yml`, from);
      const left = Object.keys(statements).filter((key) => functions[key] === undefined);
      if (left.length > 0)
        throw new Error(`resources/roles/${folder}.yml has '${left[0]}', which is no function there`);
      return Object.entries(functions).map(([key, fields]) => {
        // Silence would be a function that may do nothing, and says so at three in the morning.
        if (statements[key] === undefined)
          throw new Error(`function '${key}' is missing in resources/roles/${folder}.yml`);
        return { key, folder, ...fields, statements: statements[key] };
      });
    });
}

/** The log group of the functions of a folder. */
const functionLogs = (folder) => `/pg-gameday/\${sls:stage}/${folder}`;

const alarmFiles = (from) => readdirSync(path.join(from, 'resources/alarms')).sort();

/** Logical ids of the alarms of single workflows, by workflow. */
const readAlarmFiles = (from = root) =>
  alarmFiles(from).map((file) => [
    file.replace(/\.yml$/, ''),
    Object.keys(read(`resources/alarms/${file}`, from).Resources),
  ]);

/** Alarms of single workflows, as CloudFormation takes them. */
const readAlarms = (from = root) =>
  Object.assign({}, ...alarmFiles(from).map((file) => read(`resources/alarms/${file}`, from).Resources));

module.exports = {
  readMachine,
  readWorkflows,
  readFunctions,
  readAlarms,
  readAlarmFiles,
  camel,
  functionLogs,
  pascal,
  kebab,
};
