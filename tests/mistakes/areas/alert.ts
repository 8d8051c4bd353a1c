// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the sources that are changed have placeholders like this
import type { MistakesInFile } from '../mistake.ts';

const incidents = 'tests/unit/shared/domain/alert/incident.test.ts';
const streams = 'tests/unit/shared/domain/alert/streams.test.ts';
const times = 'tests/unit/shared/domain/alert/answer-time.test.ts';
const events = 'tests/unit/shared/domain/alert/read-event.test.ts';
const links = 'tests/unit/shared/alert/answer-link.test.ts';
const asks = 'tests/unit/shared/alert/ask.test.ts';
const topics = 'tests/repository/alarm-topics.test.ts';

/** Who is asked about an alarm, when, how often, and by whom it is taken. */
export const alert: readonly MistakesInFile[] = [
  {
    file: 'shared/domain/alert/incident.ts',
    tests: [incidents, streams],
    mistakes: [
      { name: 'a repeated event counts again', find: 'cause.at <= newest', replace: 'cause.at < newest' },
      { name: 'an end that comes late ends it', find: 'problemAt > overAt', replace: 'problemAt === null' },
      { name: 'nobody is woken up when it becomes worse', find: 'wakes = raised || ', replace: 'wakes = ' },
      {
        name: 'a driver that is gone keeps its incident',
        find: 'if (isLeft) return',
        replace: 'if (isLeft && false) return',
      },
      {
        name: 'whoever took the lesser problem has the worse one, too',
        find: "state: 'open' as const, acknowledged: null",
        replace: "state: 'open' as const",
      },
    ],
  },
  {
    file: 'shared/domain/alert/decide-step.ts',
    tests: [incidents, streams],
    mistakes: [
      {
        name: 'whoever is asked late has less time',
        find: 'return late > 0 && late <= DAY ? now : due;',
        replace: 'return due;',
      },
      { name: 'nobody else is asked', find: 'last.rank + 1', replace: 'last.rank' },
      {
        name: 'the last role is asked every quarter of an hour for ever',
        find: '* 2 ** Math.min(again, 20)',
        replace: '* 1',
      },
      {
        name: 'it is over at once',
        find: 'if (settled === quiet) {',
        replace: 'if (settled === quiet || quiet !== null) {',
      },
      { name: 'a silence is not kept', find: 'if (silence !== undefined && ', replace: 'if (silence === null && ' },
      {
        name: 'what was taken is asked about no more',
        find: 'if (!asked.isUnanswered || !wasTaken(incident))',
        replace: 'if (asked.round > 0)',
      },
      {
        name: 'an answer in the moment in which the wait has ended is forgotten',
        find: ' || !wasTaken(incident)',
        replace: '',
      },
      {
        name: 'what is worse waits for its turn',
        find: 'if (isWorse(incident.severity, last.severity)) return',
        replace: 'if (isWorse(last.severity, incident.severity)) return',
      },
    ],
  },
  {
    file: 'shared/domain/alert/acknowledge.ts',
    tests: [incidents],
    mistakes: [
      {
        name: 'the last one has it',
        find: "if (incident.acknowledged !== null) return refused('already acknowledged');\n",
        replace: '',
      },
    ],
  },
  {
    file: 'shared/domain/alert/business-time.ts',
    tests: [times],
    mistakes: [
      { name: 'a night is work', find: 'left -= close - open;', replace: 'left -= (close - open) / 2;' },
      { name: 'the first minutes of a day are lost', find: 'first -= MINUTE;', replace: 'break;' },
    ],
  },
  {
    file: 'shared/domain/alert/answer-time.ts',
    tests: [times],
    mistakes: [
      {
        name: 'P3 goes by the clock on the wall',
        find: "if (severity === 'P3') return afterBusinessMinutes",
        replace: "if (severity === 'P1') return afterBusinessMinutes",
      },
      {
        name: 'everything has a review',
        find: "severity === 'P1' || severity === 'P2' ? endOf",
        replace: "severity !== 'P4' ? endOf",
      },
    ],
  },
  {
    file: 'shared/domain/alert/rota.ts',
    tests: [times],
    mistakes: [
      { name: 'the last day of a leave is none', find: 'day <= to', replace: 'day < to' },
      { name: 'a week begins on Thursday', find: '/ DAY - 4) / 7', replace: '/ DAY) / 7' },
      { name: 'whoever is away is asked', find: '.find((name) => !isAway(name))', replace: '.find(() => true)' },
    ],
  },
  {
    file: 'shared/domain/alert/read-event.ts',
    tests: [events],
    mistakes: [
      {
        name: 'a failed execution is mended by the next five minutes',
        find: "about.bearer.of !== 'workflow'",
        replace: 'true',
      },
      { name: 'an unknown severity wakes nobody', find: '?? unknownSeverity', replace: "?? 'P4'" },
    ],
  },
  {
    file: 'shared/domain/alert/read-service-event.ts',
    tests: [events],
    mistakes: [
      { name: 'every instance is ours', find: ' || !isOurs)', replace: ')' },
      { name: 'a high finding is a medium one', find: 'grade >= 7', replace: 'grade > 7' },
    ],
  },
  {
    file: 'shared/alert/answer-link.ts',
    tests: [links],
    mistakes: [
      { name: 'a link holds for ever', find: "return link.expires > now ? link : 'expired';", replace: 'return link;' },
      {
        name: "a link is anybody's",
        find: "'pg-gameday-answer-1', incidentId, who, expires",
        replace: "'pg-gameday-answer-1', incidentId, expires",
      },
      { name: 'without a secret everything is signed', find: "secret === '' || ", replace: '' },
      {
        name: 'one bad signature spoils the good one',
        find: '.some(Boolean))\n    .some(Boolean)',
        replace: '.some(Boolean))\n    .every(Boolean)',
      },
    ],
  },
  {
    file: 'shared/domain/alert/deliveries.ts',
    tests: [asks],
    mistakes: [
      { name: 'a person may be asked three times', find: 'mostArrivals = 2', replace: 'mostArrivals = 3' },
      { name: 'what was sent is sent again', find: '!isSent(deliveries, address) &&\n', replace: '' },
      { name: 'what was refused counts', find: ".filter((one) => one !== 'failed')", replace: '' },
    ],
  },
  {
    file: 'shared/alert/ask.ts',
    tests: [asks],
    mistakes: [
      {
        name: 'substitutes are asked, too',
        find: 'if (delivered.length === 0) await reach(target);',
        replace: 'await reach(target);',
      },
      {
        name: 'nobody hears that nobody heard',
        find: 'if (delivered.length === 0) {',
        replace: 'if (delivered.length < 0) {',
      },
    ],
  },
  {
    file: 'packaging/cloudformation/database-alarms.cjs',
    tests: [topics],
    mistakes: [
      {
        name: 'an alarm calls twice',
        find: '? answered(severity, properties)',
        replace: '? { ...answered(severity, properties), AlarmActions: [{ Ref: `${severity}Topic` }] }',
      },
    ],
  },
];
