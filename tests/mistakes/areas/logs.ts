// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the sources that are changed have placeholders like this
import type { MistakesInFile } from '../mistake.ts';

const unit = 'tests/unit/shared/domain/logs/';
const serverLog = `${unit}server-log.test.ts`;
const coldLogs = 'tests/unit/packaging/cold-logs.test.ts';
const muteRules = 'tests/unit/packaging/mute-rules.test.ts';
const platform = 'tests/unit/packaging/platform-metrics.test.ts';
const mutes = 'tests/unit/sandbox/alarms/mute-rules.test.ts';
const server = 'tests/sandbox/health/slow-queries.test.ts';

/** Logs, slow statements, what is muted, and what the platform itself publishes. */
export const logs: readonly MistakesInFile[] = [
  {
    file: 'shared/domain/logs/log-kinds.ts',
    tests: [serverLog],
    mistakes: [
      { name: 'only a cancelled vacuum has failed', find: " || (user === '' && vacuum.test(context))", replace: '' },
      { name: 'a client that looks like a vacuum is one', find: "user === '' && ", replace: '' },
      {
        name: 'a damaged page is another error',
        find: " || damage.test(message)) return 'damage'",
        replace: ") return 'damage'",
      },
      {
        name: 'a refused login is another error',
        find: "severity === 'FATAL' && connection",
        replace: "severity === 'ERROR' && connection",
      },
      { name: 'a checkpoint is a slow statement', find: '/^duration: [\\d.]+ ms/', replace: '/./' },
    ],
  },
  {
    file: 'shared/domain/logs/server-log.ts',
    tests: [serverLog],
    mistakes: [
      {
        name: 'messages are stored as they are',
        find: 'maskLog(`${severity}: ${message}${about}`)',
        replace: '`${severity}: ${message}${about}`',
      },
      {
        name: 'what lies outside of the window counts',
        find: 'entry.at < from || entry.at >= to ? undefined : ',
        replace: '',
      },
      { name: 'the end of a window is in it', find: 'entry.at >= to', replace: 'entry.at > to' },
      { name: 'a portion ends with a line', find: "this.#rest = lines.pop() ?? '';", replace: "this.#rest = '';" },
      {
        name: 'a context belongs to nothing',
        find: "if (severity === 'CONTEXT' && open !== undefined) open.context = message;",
        replace: '',
      },
      {
        name: 'lines that RDS left out are not missed',
        find: 'this.#truncations += 1',
        replace: 'this.#truncations += 0',
      },
      { name: 'lines of a client are of an unknown prefix', find: " || text.startsWith('\\t')", replace: '' },
    ],
  },
  {
    file: 'shared/domain/logs/choose-samples.ts',
    tests: [`${unit}choose-samples.test.ts`],
    mistakes: [
      { name: 'two hours are a day', find: 'end - at >= leastDay && ', replace: 'end > at && ' },
      { name: 'a week is a day', find: ' && end - at <= mostDay', replace: '' },
      { name: 'a month ago is any day of the week', find: '<= 24 * HOUR - leastDay', replace: '<= 7 * 24 * HOUR' },
    ],
  },
  {
    file: 'shared/domain/logs/slow-queries.ts',
    tests: [`${unit}slow-queries.test.ts`],
    mistakes: [
      { name: 'what was evicted is not named', find: '!left.has(keyOf(one))', replace: 'false' },
      {
        name: 'a share of an activity that was reset is known',
        find: 'begin.activityResetAt === end.activityResetAt ? ',
        replace: 'begin !== end ? ',
      },
      { name: 'a month that was reset is compared', find: 'wasReset(begin, end) ? nothingKnown : ', replace: '' },
    ],
  },
  {
    file: 'shared/domain/logs/summary.ts',
    tests: [`${unit}summary.test.ts`],
    mistakes: [
      { name: 'damage waits for a week', find: "isDamaged ? 'P2' : ", replace: '' },
      {
        name: 'a report in part is a quiet day',
        find: 'gaps.length > 0 || failures.length > 0 || kinds',
        replace: 'kinds',
      },
      {
        name: 'a failed vacuum is nothing',
        find: "['deadlock', 'vacuum', 'resources']",
        replace: "['deadlock', 'resources']",
      },
    ],
  },
  {
    file: 'shared/domain/logs/mask-line.ts',
    tests: [`${unit}cold-logs.test.ts`],
    mistakes: [
      { name: 'texts within JSON pass', find: ' : maskLog(value);\n', replace: ' : value;\n' },
      {
        name: 'what is called a secret passes',
        find: "secretName.test(name) && !/Arn$/i.test(name) ? '…' : ",
        replace: '',
      },
    ],
  },
  {
    file: 'shared/logs/mask-log-record.ts',
    tests: [`${unit}cold-logs.test.ts`],
    mistakes: [
      {
        name: 'what cannot be read is passed on',
        find: "{ result: 'ProcessingFailed', data: '' }",
        replace: "{ result: 'Ok', data }",
      },
      { name: 'messages are kept as they came', find: 'maskLogLine(message)', replace: 'message' },
      { name: 'lines run into one another', find: "`${lines.join('\\n')}\\n`", replace: "lines.join('\\n')" },
    ],
  },
  {
    file: 'packaging/logs/cold-logs.cjs',
    tests: [coldLogs],
    mistakes: [
      {
        name: 'the mask gets its own log',
        find: "const NOT_SUBSCRIBED = ['cold-logs'];",
        replace: 'const NOT_SUBSCRIBED = [];',
      },
      { name: 'logs of machines stay behind', find: '  ...workflows.map(({ id }) => `${id}Logs`),\n', replace: '' },
      { name: 'nothing is masked', find: 'Enabled: true,', replace: 'Enabled: false,' },
      { name: 'only errors are kept', find: "FilterPattern: '',", replace: "FilterPattern: 'ERROR'," },
      {
        name: 'logs stay in the dear class',
        find: "StorageClass: 'GLACIER_IR'",
        replace: "StorageClass: 'STANDARD_IA'",
      },
      { name: 'logs of servers are looked for in both regions', find: ", Condition: 'IsFirstRegion' }", replace: ' }' },
    ],
  },
  {
    file: 'packaging/health/mute-rules.cjs',
    tests: [muteRules],
    mistakes: [
      {
        name: 'damage is muted',
        find: "'deadlocks', 'blocked-sessions'",
        replace: "'deadlocks', 'checksums', 'blocked-sessions'",
      },
      { name: 'replicas shout', find: '[name, instance, ...replicas]', replace: '[name, instance]' },
      { name: 'all databases are muted', find: '.includes(bearer);', replace: '.length > 0;' },
      { name: 'the window is in UTC', find: 'Timezone: timeZone', replace: "Timezone: 'UTC'" },
      {
        name: 'a rule has as many alarms as there are',
        find: 'const MOST_ALARMS = 100;',
        replace: 'const MOST_ALARMS = 1000;',
      },
    ],
  },
  {
    file: 'packaging/health/platform-metrics.cjs',
    tests: [platform],
    mistakes: [
      {
        name: 'silence is filled on the good side',
        find: "(when === 'below' ? -1 : 1)",
        replace: "(when === 'below' ? 1 : -1)",
      },
      {
        name: 'silence is always fine',
        find: "alarm: 'breaching'",
        replace: "alarm: 'notBreaching'",
        tests: [platform],
      },
      {
        name: 'what is below is looked for above',
        find: "when === 'below' ? 'LessThanThreshold'",
        replace: "when === 'above' ? 'LessThanThreshold'",
      },
      { name: 'nobody hears that it is over', find: 'OKActions: [topic]', replace: 'OKActions: []' },
    ],
  },
  {
    file: 'packaging/health/database-dashboards.cjs',
    tests: [platform],
    mistakes: [
      {
        name: 'replicas are not shown',
        find: '[instance, ...replicas], healthMetrics',
        replace: '[instance], healthMetrics',
      },
      { name: 'a graph has no lines', find: 'MetricName === metric && ', replace: 'false && ' },
    ],
  },
  {
    file: 'shared/policy/conflicts/health.ts',
    tests: [platform],
    mistakes: [
      {
        name: 'an alarm without a line is taken',
        find: 'if (warning === undefined && critical === undefined) {',
        replace: 'if (false) {',
      },
      { name: 'two metrics may have one name', find: '!== index', replace: '< 0' },
    ],
  },
  {
    file: 'shared/domain/alert/incident.ts',
    tests: ['tests/unit/shared/domain/alert/muted.test.ts'],
    mistakes: [
      { name: 'one muted alarm hides the others', find: 'wakes: wakes || speaks', replace: 'wakes' },
      {
        name: 'a window that is over mutes',
        find: 'first !== undefined && first > now',
        replace: 'first !== undefined',
      },
    ],
  },
  {
    file: 'sandbox/services/cloudwatch/alarms/alarms.ts',
    tests: ['tests/unit/sandbox/cloudwatch-alarms.test.ts'],
    mistakes: [
      {
        name: 'a mute rule holds nothing back',
        find: 'if (mute === undefined) await callActions(reported);',
        replace: 'await callActions(reported);',
      },
      { name: 'what was held back never follows', find: '    await callActions(muted.change);\n', replace: '' },
    ],
  },
  {
    file: 'sandbox/services/cloudwatch/alarms/mute-schedule.ts',
    tests: [mutes],
    mistakes: [
      { name: 'a window goes on for a minute', find: 'from > at - length', replace: 'from >= at - length' },
      { name: 'six fields are five', find: 'fields.length !== 5', replace: 'fields.length < 5' },
    ],
  },
  {
    file: 'shared/pg/statements/read-statements.ts',
    tests: [server],
    mistakes: [
      {
        name: 'statements of other databases are counted',
        find: 'd.datname = pg_catalog.current_database() and s.queryid is not null',
        replace: 's.queryid is not null',
      },
    ],
  },
  {
    file: 'shared/statements/collect-statements.ts',
    tests: [server],
    mistakes: [
      { name: 'texts are kept as they are', find: '[id, maskLog(text)]', replace: '[id, text]' },
      { name: 'a day before is not kept', find: 'await putSample(store, database, end, snapshot);', replace: '' },
    ],
  },
];
