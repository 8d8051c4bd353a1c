// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the sources that are changed have placeholders like this
import type { MistakesInFile } from '../mistake.ts';

const measures = 'tests/unit/shared/domain/health/measures.test.ts';
const windows = 'tests/unit/shared/domain/health/windows.test.ts';
const upkeep = 'tests/unit/shared/domain/health/upkeep.test.ts';
const machine = 'tests/workflows/collect-health.test.ts';
const alarms = 'tests/repository/resources/health-alarms.test.ts';

/** What is measured of a database, and what its alarms look at. */
export const health: readonly MistakesInFile[] = [
  {
    file: 'shared/domain/health/windows.ts',
    tests: [windows],
    mistakes: [
      { name: 'a counter of another server goes on', find: ' || before.epoch !== after.epoch', replace: '' },
      { name: 'a counter that went down counts', find: ' || to < from', replace: '' },
      { name: 'a rate is of all samples', find: ' || before.at < newest.at - window', replace: '' },
      { name: 'few blocks say something', find: 'blocks < rule.leastBlocks ? undefined : ', replace: '' },
      { name: 'a sample of the future is kept', find: 'at < added.at && ', replace: '' },
    ],
  },
  {
    file: 'shared/domain/health/limits.ts',
    tests: [measures],
    mistakes: [
      { name: 'reserved connections are usable', find: ' - server.reserved', replace: '' },
      { name: 'those that RDS reserves are usable', find: ' - server.rdsReserved', replace: '' },
      { name: 'all ids can be used', find: 'half - 3_000_000', replace: 'half' },
    ],
  },
  {
    file: 'shared/domain/health/clocks.ts',
    tests: [measures],
    mistakes: [
      { name: 'a clock that was set makes things older', find: 'at(then)', replace: 'at(newest)' },
      { name: 'a clock that was set back makes things new', find: ' && at(one) <= newest.at', replace: '' },
    ],
  },
  {
    file: 'shared/domain/health/replication-lag.ts',
    tests: [measures],
    mistakes: [
      { name: 'lag is that of the newest beat', find: 'beats.find(', replace: 'beats.findLast(' },
      { name: 'a replica without a beat is not behind', find: 'Number.NEGATIVE_INFINITY', replace: 'Infinity' },
    ],
  },
  {
    file: 'shared/domain/health/vacuum.ts',
    tests: [measures],
    mistakes: [
      {
        name: 'another process has come further',
        find: "before.split(':', 1)[0] === after.split(':', 1)[0] && ",
        replace: '',
      },
      { name: 'a vacuum that ended counts on', find: ' && known.vacuums === vacuums', replace: '' },
    ],
  },
  {
    file: 'shared/domain/health/slots.ts',
    tests: [measures],
    mistakes: [
      { name: 'a copy of a slot misses its consumer', find: ' && !isSynced', replace: '' },
      { name: 'an unreserved slot is not lost', find: " || walStatus === 'unreserved'", replace: '' },
    ],
  },
  {
    file: 'shared/domain/health/metrics.ts',
    tests: [alarms],
    mistakes: [
      { name: 'a metric is called otherwise', find: 'DeadlocksPerHour:', replace: 'Deadlocks:' },
      {
        name: 'a metric has another unit',
        find: "SlotRetainedBytes: { unit: 'Bytes'",
        replace: "SlotRetainedBytes: { unit: 'Count'",
      },
    ],
  },
  {
    file: 'shared/policy/schema/health-alarms.ts',
    tests: [alarms],
    mistakes: [
      {
        name: 'an alarm looks at a metric that nobody emits',
        find: "metric: 'BloatPercent'",
        replace: "metric: 'Bloat'",
      },
      {
        name: 'a dead collector is no alarm',
        find: "metric: 'HealthPasses', unit: 'Count', when: 'below', periods: 5, silence: 'alarm'",
        replace: "metric: 'HealthPasses', unit: 'Count', when: 'below', periods: 5, silence: 'fine'",
      },
    ],
  },
  {
    file: 'shared/domain/health/upkeep.ts',
    tests: [upkeep],
    mistakes: [
      { name: 'autoscaling gives nothing', find: 'free + Math.max(0, mostBytes - allocatedBytes)', replace: 'free' },
      { name: 'a larger volume is deleted rows', find: 'bytes < -enlarged * allocatedBytes ? [] : ', replace: '' },
      { name: 'one load makes a week', find: 'sum(bytes) - Math.max(0, ...bytes)', replace: 'sum(bytes)' },
      { name: 'five hours say something', find: 'last.length < recent ? 0 : middle(last)', replace: 'middle(last)' },
      { name: 'an hour says something of a week', find: 'milliseconds < leastDay ? 0 : ', replace: '' },
      { name: 'what is not forced is forced now', find: 'moment === undefined', replace: 'moment === -1' },
    ],
  },
  {
    file: 'statemachines/collect-health.asl.yml',
    tests: [machine],
    mistakes: [{ name: 'upkeep is measured at full hours', find: ') % 15 = 0', replace: ') = 0' }],
  },
  {
    file: 'shared/domain/logs/mask.ts',
    tests: ['tests/unit/shared/domain/logs/mask.test.ts'],
    mistakes: [
      { name: 'literals pass', find: "  [/'(?:[^']|'')*(?:'|$)/g, `'${masked}'`],\n", replace: '' },
      { name: 'a literal that was truncated passes', find: "(?:[^']|'')*(?:'|$)/g", replace: "(?:[^']|'')*'/g" },
      {
        name: 'connection strings pass',
        find: '[^\\s\'"]*/gi, `$1://${masked}`',
        replace: '\\d+/gi, `$1://${masked}`',
      },
      { name: 'rows that failed pass', find: '(\\bFailing row contains )', replace: '(\\bNo row contains )' },
    ],
  },
  {
    file: 'shared/domain/logs/slow-queries.ts',
    tests: ['tests/unit/shared/domain/logs/slow-queries.test.ts'],
    mistakes: [
      { name: 'one that came back goes on', find: 'before.since === after.since && ', replace: '' },
      { name: 'a reset is a day like others', find: 'from.resetAt !== to.resetAt || ', replace: '' },
      { name: 'what a function calls counts twice', find: '.filter(({ isTopLevel }) => isTopLevel)', replace: '' },
      { name: 'a few calls are slowed', find: 'change >= rule.factor &&', replace: '' },
    ],
  },
  {
    file: 'operator/doctor/check-alarm-chain.ts',
    tests: ['tests/unit/operator/doctor-alarm-chain.test.ts'],
    mistakes: [
      { name: 'a refusal is overlooked', find: "one.Effect === 'Deny' && holds(one)", replace: 'false' },
      { name: 'an unknown condition holds', find: 'given !== undefined &&', replace: '' },
      {
        name: 'a key lets anybody use it',
        find: '!keyPolicyAllowsService(',
        replace: 'false && keyPolicyAllowsService(',
      },
      { name: 'nobody need confirm', find: 'topic.confirmed === 0', replace: 'topic.confirmed < 0' },
    ],
  },
  {
    file: 'packaging/health/health-alarms.cjs',
    tests: [alarms],
    mistakes: [
      {
        name: 'an alarm on a database looks at its instance',
        find: "'Database' : 'Instance'",
        replace: "'Instance' : 'Instance'",
      },
      {
        name: 'an alarm has no section of the runbook',
        find: 'collect-health.md#${name}',
        replace: 'collect-health.md',
      },
    ],
  },
];
