// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the sources that are changed have placeholders like this
import type { MistakesInFile } from '../mistake.ts';

const tests = 'tests/unit/shared/domain/alert/alert-test.test.ts';
const missed = 'tests/unit/shared/domain/alert/missed-events.test.ts';
const grouping = 'tests/unit/shared/alert/grouping.test.ts';
const button = 'tests/unit/shared/alert/press-button.test.ts';
const machine = 'tests/workflows/alert-test.test.ts';
const watch = 'tests/workflows/watch-alerts.test.ts';
const topics = 'tests/repository/alarm-topics.test.ts';

/** Whether the way from an alarm to a person is tested, watched and reconciled, and what is one page. */
export const alertPath: readonly MistakesInFile[] = [
  {
    file: 'shared/domain/alert/alert-test.ts',
    tests: [tests],
    mistakes: [
      { name: 'who has not confirmed counts', find: 'one.isConfirmed && ', replace: '' },
      { name: 'whoever subscribes to a topic carries it', find: ' && one.protocol === protocol', replace: '' },
      { name: 'a topic that nobody hears is fine', find: 'wanted > 0 && confirmed === 0', replace: 'wanted < 0' },
      {
        name: 'one who has not confirmed fails all',
        find: 'wanted > 0 && confirmed === 0',
        replace: 'confirmed < wanted',
      },
      {
        name: 'the answer of last week counts',
        find: ' || timeOf(incident.openedAt) < timeOf(raisedAt) - 60_000',
        replace: '',
      },
      { name: 'who was not reached is not named', find: '(answer?.missed ?? []).map', replace: '([] as string[]).map' },
      {
        name: 'the question of the robot fails its own test',
        find: '.filter(([address]) => address !== robotAddress)',
        replace: '',
      },
      {
        name: 'a test that nobody answered has passed',
        find: "...(answer !== null && answeredAt === null ? ['nobody has answered in time'] : []),",
        replace: '',
      },
      { name: 'any alarm of that name is a test', find: "subject === 'stage' && ", replace: '' },
    ],
  },
  {
    file: 'shared/domain/alert/decide-step.ts',
    tests: [tests],
    mistakes: [{ name: 'a test owes a review', find: 'isTest(incident) ? null : ', replace: '' }],
  },
  {
    file: 'shared/domain/alert/missed-events.ts',
    tests: [missed],
    mistakes: [
      {
        name: 'what is known comes again',
        find: 'heard === null || timeOf(heard) <',
        replace: 'heard === null || 0 <',
      },
      {
        name: 'an end is never missed',
        find: 'return known !== undefined && incident',
        replace: 'return known === undefined && incident',
      },
      { name: 'an old end ends a new problem', find: " && at > (known.problemAt ?? '')", replace: '' },
      {
        name: 'the first look asks about weeks',
        find: 'readUntil === undefined || readUntil > to ? to : readUntil',
        replace: 'readUntil ?? later(now, -keptSeconds)',
      },
      { name: 'RDS is asked for more than it keeps', find: 'wanted > oldest ? wanted : oldest', replace: 'wanted' },
    ],
  },
  {
    file: 'shared/domain/alert/reviews.ts',
    tests: [missed],
    mistakes: [
      { name: 'a review is written by being due', find: 'one.file !== dueFile', replace: "one.file !== ''" },
      { name: 'what is over is overdue', find: "incident.state === 'resolved'", replace: "incident.state === 'open'" },
    ],
  },
  {
    file: 'shared/domain/alert/read-service-event.ts',
    tests: [missed],
    mistakes: [
      { name: "another stage's reviews are ours", find: ' || detail.stage !== place.stage', replace: '' },
      {
        name: 'each overdue review is a page',
        find: 'cause: reviewCause, member',
        replace: 'cause: incidentId, member',
      },
    ],
  },
  {
    file: 'shared/domain/alert/group.ts',
    tests: [grouping],
    mistakes: [
      {
        name: 'two databases are one incident',
        find: '[account, region, stage, subject]',
        replace: '[account, region, stage]',
      },
      {
        name: 'two stages are one incident',
        find: '[account, region, stage, subject]',
        replace: '[account, region, subject]',
      },
      { name: 'workflows are grouped', find: '/^(workflow|service)\\//.test(subject)', replace: 'false' },
      { name: 'whatever comes later is grouped, too', find: '<= windowSeconds * 1000', replace: '>= 0' },
      {
        name: 'an incident that is over takes problems up',
        find: "incident.state !== 'resolved' || incident.openedAt < at",
        replace: 'true',
      },
      {
        name: 'an end goes to where nobody waits for it',
        find: 'if (member !== undefined) return',
        replace: 'if (member === undefined && leaders.length < 0) return',
      },
    ],
  },
  {
    file: 'shared/alert/take-up-cause.ts',
    tests: [grouping],
    mistakes: [
      {
        name: 'what was taken up is forgotten when it is over',
        find: 'if (key !== cause.key)\n',
        replace: 'if (key === cause.key)\n',
      },
      { name: 'an end that came first is forgotten', find: ', known: own?.members[cause.member]', replace: '' },
    ],
  },
  {
    file: 'shared/domain/alert/silence.ts',
    tests: [grouping],
    mistakes: [
      {
        name: 'one silence silences all',
        find: 'if (found.some((one) => one === undefined)) return undefined;',
        replace: '',
      },
    ],
  },
  {
    file: 'shared/alert/press-button.ts',
    tests: [button],
    mistakes: [
      { name: 'the robot opens any link', find: '.find((url) => url.startsWith(', replace: '.find((url) => url !== (' },
      {
        name: 'a page that fails was pressed',
        find: 'response.status !== 200 && response.status !== 409',
        replace: 'response.status === 0',
      },
    ],
  },
  {
    file: 'statemachines/alert-test.asl.yml',
    tests: [machine],
    mistakes: [
      { name: 'a failed test succeeds', find: "'{% $report.isPassed %}'", replace: "'{% true %}'" },
      { name: 'nobody waits for the answer', find: '$round >= 90', replace: '$round >= 1' },
    ],
  },
  {
    file: 'statemachines/watch-alerts.asl.yml',
    tests: [watch],
    mistakes: [
      {
        name: 'the heartbeat waits for all else',
        find: 'StartAt: PublishHeartbeat',
        replace: 'StartAt: PublishOtherRegion',
      },
    ],
  },
  {
    file: 'functions/alert/functions.yml',
    tests: ['tests/repository/resources/answer-page.test.ts'],
    mistakes: [
      {
        name: 'a flood of the page takes Lambda away from alarms',
        find: '  reservedConcurrency: 5 # a flood of requests leaves all others alone\n',
        replace: '',
      },
    ],
  },
  {
    file: 'workflows.yml',
    tests: [topics],
    mistakes: [
      {
        name: 'a failed test of alert goes by alert',
        find: '                  - pg-gameday-alert-test-failed-${sls:stage}\n',
        replace: '',
      },
      {
        name: 'alert that timed out goes by alert',
        find: '                  - pg-gameday-alert-timed-out-${sls:stage}\n',
        replace: '',
      },
    ],
  },
];
