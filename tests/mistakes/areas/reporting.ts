// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the sources write their own
import type { MistakesInFile } from '../mistake.ts';

/** What is reported, stored and read from operations.yml. */
export const reporting: readonly MistakesInFile[] = [
  {
    file: 'shared/report/html.ts',
    tests: ['tests/unit/shared/report/html.test.ts'],
    mistakes: [
      { name: 'quotes are not escaped in HTML', find: '/[&<>"\']/g', replace: '/[&<>]/g' },
      {
        name: 'what is an object is not escaped',
        find: 'return escapeHtml(String(value));',
        replace: 'return String(value);',
      },
    ],
  },
  {
    file: 'shared/report/backup/verdict-headline.ts',
    tests: ['tests/unit/shared/report/backup-report.test.ts'],
    mistakes: [
      {
        name: 'a failed proof is headed as proven',
        find: "verdict === 'exact' || verdict === 'bounded'",
        replace: "verdict !== 'unbracketed'",
      },
    ],
  },
  {
    file: 'shared/notify/slack.ts',
    tests: ['tests/unit/shared/report/notifications.test.ts', 'tests/unit/shared/notify/slack.test.ts'],
    mistakes: [
      { name: 'a text calls a whole channel of Slack', find: ".replaceAll('<', '&lt;')", replace: '' },
      {
        name: 'a message is longer than Slack takes',
        find: 'const mostText = 3000',
        replace: 'const mostText = 30_000',
      },
    ],
  },
  {
    file: 'shared/notify/pager-duty.ts',
    tests: ['tests/unit/shared/report/notifications.test.ts'],
    mistakes: [
      {
        name: 'an end opens another incident',
        find: "if (state === 'resolved') return {",
        replace: "if (state === 'reported') return {",
      },
    ],
  },
  {
    file: 'shared/notify/deliver.ts',
    tests: ['tests/unit/shared/report/notifications.test.ts'],
    mistakes: [
      {
        name: 'who was told by nobody is told so by nobody',
        find: 'throw new NotificationUndeliveredError',
        replace: 'if (false) throw new NotificationUndeliveredError',
      },
    ],
  },
  {
    file: 'shared/notify/post-json.ts',
    tests: ['tests/unit/shared/notify/post-json.test.ts'],
    mistakes: [
      {
        name: 'a secret goes to any address without TLS',
        find: "address.hostname === '127.0.0.1'",
        replace: "address.hostname !== ''",
      },
      {
        name: 'what a receiver refuses is sent again',
        find: 'if (response.status < 500 &&',
        replace: 'if (response.status < 400 &&',
      },
      { name: 'a redirect takes the secret elsewhere', find: "redirect: 'manual'", replace: "redirect: 'follow'" },
    ],
  },
  {
    file: 'shared/evidence/witness-file.ts',
    tests: ['tests/unit/shared/evidence/witness-file.test.ts'],
    mistakes: [
      {
        name: 'a witness that was exchanged is taken',
        find: 'if (bound !== undefined && headerSha256 !== bound.headerSha256)',
        replace: 'if (bound === undefined && headerSha256 === "")',
      },
      { name: 'a witness of fewer rows is a witness', find: ' && String(rows) === reported.rows', replace: '' },
    ],
  },
  {
    file: 'shared/evidence/progress-store.ts',
    tests: ['tests/unit/shared/evidence/progress-store.test.ts'],
    mistakes: [
      {
        name: 'progress that was changed is taken',
        find: 'await store.openGzipLines(key, sha256);',
        replace: 'await store.openGzipLines(key);',
      },
      {
        name: 'progress that is gone begins anew',
        find: 'if (lines === undefined) {\n        throw',
        replace: 'if (lines === undefined) {\n        return undefined;\n        throw',
      },
    ],
  },
  {
    file: 'shared/evidence/chain-store.ts',
    tests: ['tests/unit/shared/evidence/chain-store.test.ts'],
    mistakes: [
      {
        name: 'a second call appends its run again',
        find: '=== bound.evidence.key) return',
        replace: '=== bound.evidence.sha256) return',
      },
    ],
  },
  {
    file: 'shared/evidence/night-history.ts',
    tests: ['tests/unit/shared/evidence/night-history.test.ts'],
    mistakes: [{ name: 'the oldest nights are shown', find: 'keys.slice(-shown)', replace: 'keys.slice(0, shown)' }],
  },
  {
    file: 'shared/lambda/define-task.ts',
    tests: ['tests/unit/shared/lambda/define-task.test.ts'],
    mistakes: [
      {
        name: 'a function out of time ends by a name that nobody tries again',
        find: '{ timeoutEarlyInMillis: 0 }',
        replace: '',
      },
      {
        name: 'the output of a task is anything',
        find: "return parse(definition.output, output, InvalidOutputError, 'output');",
        replace: 'return output as z.output<Output>;',
      },
      {
        name: 'the text of an error has no bound',
        find: 'error.message.length <= mostErrorText) return error',
        replace: 'error.message.length >= 0) return error',
      },
    ],
  },
  {
    file: 'shared/policy/conflicts/databases.ts',
    tests: ['tests/unit/shared/policy/validate.test.ts'],
    mistakes: [
      { name: 'a secret of another account is taken', find: 'secretAccount !== stage.account || ', replace: '' },
      {
        name: 'office hours stop what is backed up',
        find: 'if (owner !== undefined) {\n        yield',
        replace: 'if (owner === stageName && stageName === undefined) {\n        yield',
      },
    ],
  },
  {
    file: 'shared/policy/schedule-expression.ts',
    tests: ['tests/unit/shared/policy/wrong-operations.test.ts', 'tests/unit/sandbox/sandbox-events.test.ts'],
    mistakes: [
      {
        name: 'hour 99 is an hour',
        find: 'from >= low && until <= high && by >= 1',
        replace: 'from >= low && by >= 1',
      },
      { name: 'Monday is Sunday', find: 'days.has(day.getUTCDay() + 1)', replace: 'days.has(day.getUTCDay())' },
    ],
  },
  {
    file: 'shared/metrics/backup.ts',
    tests: ['tests/repository/resources/alarm-metrics.test.ts'],
    mistakes: [
      {
        name: 'a metric is published under another name',
        find: "'RestorableSeconds', MetricUnit",
        replace: "'RestorableSecond', MetricUnit",
      },
      {
        name: 'a metric has a dimension more',
        find: "serviceName: 'watch-backups' });\n",
        replace: "serviceName: 'watch-backups' });\n  metrics.addDimension('Stage', 'dev');\n",
      },
    ],
  },
];
