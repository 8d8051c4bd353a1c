import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Channel, Notification, SnsMessage } from '../../../../shared/contracts/notification.ts';
import {
  channelsFor,
  type Routing,
  readNotification,
  substitutesFor,
} from '../../../../shared/domain/notification/notification.ts';
import { deliver } from '../../../../shared/notify/deliver.ts';
import { mailText } from '../../../../shared/notify/mail.ts';
import { pagerDutyEvent } from '../../../../shared/notify/pager-duty.ts';
import { slackMessage } from '../../../../shared/notify/slack.ts';

const routing: Routing = { P1: ['pagerDuty', 'slack', 'email'], P2: ['slack', 'email'], P3: ['slack'], P4: ['slack'] };
const all: readonly Channel[] = ['pagerDuty', 'slack', 'email'];
const at = '2026-03-01T08:45:00.000Z';
const topicOf = (severity: string) => `arn:aws:sns:us-east-1:123456789012:pg-gameday-${severity.toLowerCase()}-prod`;
const message = (change: Partial<SnsMessage>): SnsMessage => ({
  MessageId: 'm-1',
  TopicArn: 'arn:aws:sns:us-east-1:123456789012:pg-gameday-costs-prod',
  Subject: null,
  Message: 'text',
  Timestamp: at,
  MessageAttributes: {},
  ...change,
});
const outcome = (verdict: string, severity: string, state: string) =>
  message({
    TopicArn: topicOf(severity),
    Subject: `[prod] backup of fantasy ${verdict}`,
    Message: `Backup of 'fantasy' (prod): ${verdict}\nrows <b>&`,
    MessageAttributes: Object.fromEntries(
      Object.entries({ state, workflow: 'backup-and-verify', database: 'fantasy' }).map(([name, Value]) => [
        name,
        { Value },
      ]),
    ),
  });
const read = (one: SnsMessage, stage: string) => readNotification(one, stage, { P2: 500, P3: 50 });
const failed = read(outcome('failed', 'P1', 'problem'), 'prod');
const alarm = (NewStateValue: string, change: object = {}) =>
  message({
    TopicArn: topicOf('P1'),
    Subject: 'ALARM: "backup-and-verify-failed-prod" in US East (N. Virginia)',
    Message: JSON.stringify({
      AlarmName: 'backup-and-verify-failed-prod',
      AlarmDescription: 'The newest backup of fantasy is not proven.',
      NewStateValue,
      NewStateReason: 'Threshold Crossed',
      StateChangeTime: '2026-03-01T08:46:00.000+0000',
      Region: 'US East (N. Virginia)',
      Trigger: {
        Dimensions: [
          { value: 'backup-and-verify', name: 'service' },
          { value: 'fantasy', name: 'Database' },
        ],
      },
      ...change,
    }),
  });

describe('a message of a topic', () => {
  test('is an outcome by its attributes', () => {
    assert.deepEqual(failed, {
      severity: 'P1',
      state: 'problem',
      dedupKey: 'prod/backup-and-verify/fantasy',
      stage: 'prod',
      title: '[prod] backup of fantasy failed',
      lines: ["Backup of 'fantasy' (prod): failed", 'rows <b>&'],
      at,
    });
  });

  test('speaks of money on the topic of the costs only: elsewhere the same words are words', () => {
    const text = [
      'AWS Budget Notification',
      'Dear AWS Customer,',
      'Budget Name: pg-gameday-monthly-prod',
      'Budget Type: Cost',
      'Budgeted Amount: $8000.00',
      'Alert Type: ACTUAL',
      'Alert Threshold: > $6400.00',
      'ACTUAL Amount: $6500.00',
    ].join('\n\n');
    assert.match(read(message({ Message: text }), 'prod').dedupKey, /^prod\/(?!message\/)/);
    const elsewhere = read(message({ Message: text, TopicArn: topicOf('P3') }), 'prod');
    assert.equal(elsewhere.dedupKey, 'prod/message/m-1');
    assert.equal(elsewhere.title, 'AWS Budget Notification');
  });

  test('is an alarm by its JSON, of the same incident as the run that it is about', () => {
    const reported = read(alarm('ALARM'), 'prod');
    assert.deepEqual([reported.severity, reported.state, reported.dedupKey], ['P1', 'problem', failed.dedupKey]);
    assert.equal(reported.title, '[prod] ALARM: backup-and-verify-failed-prod');
    assert.deepEqual(reported.lines.slice(0, 2), ['The newest backup of fantasy is not proven.', 'Threshold Crossed']);
    assert.equal(read(alarm('OK'), 'prod').state, 'resolved');
    assert.equal(read(alarm('INSUFFICIENT_DATA'), 'prod').state, 'problem');
  });

  test('is an incident of its own when it is an alarm on no database', () => {
    const Metrics = [{ Id: 'e', Expression: 'a + 1' }];
    const reported = read(alarm('ALARM', { AlarmDescription: null, Trigger: { Metrics } }), 'prod');
    assert.deepEqual(
      [reported.severity, reported.dedupKey],
      ['P1', 'prod/alarm/us-east-1/backup-and-verify-failed-prod'],
    );
    const within = [
      {
        MetricStat: {
          Metric: {
            Dimensions: [
              { name: 'service', value: 'backup-and-verify' },
              { name: 'Database', value: 'd' },
            ],
          },
        },
      },
    ];
    assert.equal(read(alarm('OK', { Trigger: { Metrics: within } }), 'prod').dedupKey, 'prod/backup-and-verify/d');
  });

  test('is reported as it is when it is anything else', () => {
    fc.assert(
      fc.property(fc.string(), fc.option(fc.string(), { nil: null }), (Message, Subject) => {
        const reported = read(message({ Message, Subject }), 'prod');
        assert.deepEqual([reported.severity, reported.state], ['P3', 'reported']);
        assert.equal(reported.lines.join('\n'), Message);
      }),
    );
  });
});

describe('the way of a notification', () => {
  const way = (severity: Notification['severity'], state: Notification['state'], available = all) =>
    channelsFor({ severity, state }, routing, available).join(' ');

  test('is that of its severity; PagerDuty gets problems of P1 and every end', () => {
    assert.equal(way('P1', 'problem'), 'pagerDuty slack email');
    assert.equal(way('P2', 'problem'), 'slack email');
    assert.equal(way('P4', 'resolved'), 'pagerDuty slack');
    assert.equal(way('P1', 'reported'), 'slack email');
    assert.equal(way('P1', 'problem', ['email']), 'email');
    assert.equal(
      channelsFor({ severity: 'P4', state: 'resolved' }, { ...routing, P1: ['slack'] }, all).join(),
      'slack',
    );
  });

  test('has a substitute that did not fail and is no telephone, whoever failed', () => {
    fc.assert(
      fc.property(fc.subarray([...all]), fc.subarray([...all]), fc.subarray([...all]), (failing, wanted, available) => {
        const found = substitutesFor(failing, wanted, available);
        assert.ok(found.every((channel) => available.includes(channel) && !failing.includes(channel)));
        assert.ok(!found.includes('pagerDuty'));
        const able = available.filter((channel) => channel !== 'pagerDuty' && !failing.includes(channel));
        assert.equal(found.length, able.length);
      }),
    );
  });

  test('ends with somebody who was notified, or with an error, whichever channels there are and fail', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.subarray([...all]),
        fc.subarray([...all]),
        fc.constantFrom('P1', 'P2', 'P3', 'P4'),
        fc.constantFrom('problem', 'resolved', 'reported'),
        async (available, failing, severity, state) => {
          const reported: [Channel, Notification][] = [];
          const carriers = Object.fromEntries(
            available.map((channel) => [
              channel,
              async (what: Notification) => {
                if (failing.includes(channel)) throw new Error(`${channel} is down\nHINT: wait`);
                reported.push([channel, what]);
              },
            ]),
          );
          const notification = { ...failed, severity, state };
          const wanted = channelsFor(notification, routing, available);
          const result = await deliver(notification, routing, carriers, () => {}).catch((error: Error) => error);
          if (result instanceof Error) {
            assert.equal(result.name, 'NotificationUndeliveredError');
            assert.equal(reported.length, 0);
            assert.ok(wanted.length > 0);
            return;
          }
          assert.deepEqual(
            result.failed,
            wanted.filter((channel) => failing.includes(channel)),
          );
          if (wanted.length > 0) assert.ok(reported.length > 0);
          // What failed is reported wherever there is anybody to report it.
          const able = available.some((channel) => channel !== 'pagerDuty' && !failing.includes(channel));
          const reports = reported.some(([, { lines }]) =>
            lines.some((line) => /^Not delivered: \w+: \w+ is down$/.test(line)),
          );
          assert.equal(reports, result.failed.length > 0 && able);
        },
      ),
    );
  });
});

const anyNotification = fc.record({
  severity: fc.constantFrom('P1', 'P2', 'P3', 'P4'),
  state: fc.constantFrom('problem', 'resolved', 'reported'),
  dedupKey: fc.string({ maxLength: 400 }),
  stage: fc.constant('prod'),
  title: fc.string({ unit: 'grapheme', maxLength: 3000 }),
  lines: fc.array(fc.string({ unit: fc.constantFrom('<', '&', 'a', '😀', '\n'), maxLength: 5000 }), { maxLength: 3 }),
  at: fc.constant(at),
});

describe('a message to Slack', () => {
  test('has a header, the text and small print, escaped', () => {
    assert.deepEqual(slackMessage(failed), {
      text: '🔴 P1 [prod] backup of fantasy failed',
      blocks: [
        { type: 'header', text: { type: 'plain_text', text: '🔴 P1 [prod] backup of fantasy failed', emoji: true } },
        {
          type: 'section',
          text: { type: 'mrkdwn', text: "Backup of 'fantasy' (prod): failed\nrows &lt;b&gt;&amp;" },
        },
        { type: 'context', elements: [{ type: 'mrkdwn', text: `prod/backup-and-verify/fantasy · ${at}` }] },
      ],
    });
  });

  test('keeps the limits of Block Kit and cuts no character in two', () => {
    fc.assert(
      fc.property(anyNotification, (notification) => {
        const { text, blocks } = slackMessage(notification) as {
          text: string;
          blocks: { text?: { text: string }; elements?: { text: string }[] }[];
        };
        const texts = [
          text,
          ...blocks.flatMap(({ text, elements = [] }) => [text, ...elements].map((one) => one?.text ?? ' ')),
        ];
        assert.ok(blocks.length <= 50);
        for (const one of texts) {
          assert.ok(one.length >= 1 && one.length <= 3000);
          assert.ok(one.isWellFormed() || !notification.title.isWellFormed());
          if (one !== blocks[0]?.text?.text) assert.doesNotMatch(one, /[<>]|&(?!amp;|lt;|gt;)/);
        }
        assert.ok((blocks[0]?.text?.text.length ?? 0) <= 150);
      }),
    );
  });
});

describe('an event for PagerDuty', () => {
  test('triggers with its summary, and resolves by the same key', () => {
    assert.deepEqual(pagerDutyEvent(failed), {
      event_action: 'trigger',
      dedup_key: 'prod/backup-and-verify/fantasy',
      payload: {
        summary: '[prod] backup of fantasy failed',
        source: 'pg-gameday prod',
        severity: 'critical',
        timestamp: at,
        custom_details: { text: "Backup of 'fantasy' (prod): failed\nrows <b>&" },
      },
    });
    const proven = read(outcome('exact', 'P4', 'resolved'), 'prod');
    assert.deepEqual(pagerDutyEvent(proven), { event_action: 'resolve', dedup_key: 'prod/backup-and-verify/fantasy' });
  });

  test('keeps the limits of Events API v2', () => {
    fc.assert(
      fc.property(anyNotification, (notification) => {
        const event = pagerDutyEvent(notification) as { dedup_key: string; payload?: { summary: string } };
        assert.ok(event.dedup_key.length <= 255);
        assert.ok((event.payload?.summary.length ?? 0) <= 1024);
        assert.ok(Buffer.byteLength(JSON.stringify(event)) < 512_000);
      }),
    );
  });
});

test('a mail has the severity in its subject and the whole text', () => {
  assert.deepEqual(mailText(failed), {
    subject: 'P1 [prod] backup of fantasy failed',
    text: [
      ...failed.lines,
      '',
      '-- ',
      'Problem, severity P1',
      'Incident prod/backup-and-verify/fantasy',
      `At ${at}`,
    ].join('\n'),
  });
});
