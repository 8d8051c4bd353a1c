import assert from 'node:assert/strict';
import { invoke } from '../../../sandbox/permissions/invoke.ts';
import { devStage } from '../../../sandbox/stage-policy.ts';
import { AwsError } from '../../../sandbox/wire/aws-error.ts';
import { type Receiver, startReceiver } from '../../support/receiver.ts';
import { region } from '../../support/sandbox/backup.ts';
import { strike } from '../../support/sandbox/faults.ts';
import { useOwnFixture } from '../../support/sandbox/own.ts';
import { waitUntil } from '../../support/wait-until.ts';

const { receivers } = devStage();
const oncall = receivers.email[0]?.address ?? '';
const webhook = 'services/T0/B0/a-secret-webhook';
const routingKey = 'a-secret-routing-key';

describe('what a workflow has to report', () => {
  const own = useOwnFixture();
  let slack: Receiver;
  let pagerDuty: Receiver;

  beforeAll(async () => {
    [slack, pagerDuty] = [await startReceiver(), await startReceiver()];
    const store = own().fixture.sandbox.secrets.secrets.in(region);
    const keep = (arn: string | undefined, value: object) => {
      assert.ok(arn);
      const name = arn.split(':').slice(6).join(':');
      store.putValue(store.create(name, { arn }), { text: JSON.stringify(value) });
    };
    keep(receivers.slack?.secretArn, { webhookUrl: slack.url(webhook) });
    keep(receivers.pagerDuty?.secretArn, { routingKey, eventsUrl: pagerDuty.url('v2/enqueue') });
  });
  afterAll(() => Promise.all([slack.close(), pagerDuty.close()]));
  beforeEach(() => {
    slack.answer();
    pagerDuty.answer();
  });

  const mails = () => own().fixture.sandbox.sns.received(oncall);
  const sent = () => own().fixture.lines.filter(({ message }) => message.includes('notification sent')).length;
  /** Does the work, and waits until so many messages were carried on. */
  const reporting = async (messages: number, work: () => Promise<unknown>): Promise<void> => {
    const before = sent();
    await work();
    await waitUntil(`${messages} messages were sent`, () => sent() === before + messages);
  };
  /** By the function that reports outcomes, under its own role. */
  const report = (verdict: string, copyFailure: object | null = null) =>
    invoke(own().fixture.sandbox, 'publishOutcome', {
      executionName: 'reported-by-hand',
      executionArn: `arn:aws:states:${region}:123456789012:execution:backup-and-verify-dev:reported-by-hand`,
      outcome: {
        workflow: 'backup-and-verify',
        database: 'own',
        verdict,
        summary: 'two lines\nof text',
        evidenceKey: 'none',
        reportKey: 'none',
        chain: null,
        copyFailure,
        isCapped: false,
        isRefused: false,
        warnings: 0,
        blame: null,
      },
    });

  test('of a backup that is not proven reaches Slack, PagerDuty and mail, and a later one that is proven resolves it', async () => {
    const { fixture } = own();
    const mailsBefore = mails().length;
    await reporting(1, async () => {
      const run = await fixture.run({ hook: strike(fixture, { copy: 'delete from orders where id = 7' }) });
      assert.equal(run.error, 'BackupNotProven', run.cause);
    });
    const [problem] = slack.got;
    assert.equal(problem?.path, `/${webhook}`);
    assert.match(JSON.stringify(problem?.body), /🔴 P1 \[dev\] backup of own NOT VERIFIED: failed/);
    const [trigger] = pagerDuty.got;
    assert.deepEqual(
      [trigger?.path, trigger?.body['routing_key'], trigger?.body['event_action'], trigger?.body['dedup_key']],
      ['/v2/enqueue', routingKey, 'trigger', 'dev/backup-and-verify/own'],
    );
    assert.match(mails()[mailsBefore]?.subject ?? '', /^P1 \[dev\] backup of own NOT VERIFIED/);

    await reporting(1, () => report('exact'));
    assert.deepEqual([slack.got.length, pagerDuty.got.length], [2, 2]);
    assert.match(JSON.stringify(slack.got[1]?.body), /🟢 P4 \[dev\] backup of own verified: exact/);
    assert.deepEqual(pagerDuty.got[1]?.body, {
      routing_key: routingKey,
      event_action: 'resolve',
      dedup_key: trigger?.body['dedup_key'],
    });
    assert.equal(mails().length, mailsBefore + 1, 'what is well is not reported by mail');
  });

  test('by an alarm is one incident from its beginning to its end', async () => {
    const set = (StateValue: string) =>
      reporting(1, () =>
        own().fixture.call('monitoring', 'SetAlarmState', {
          AlarmName: 'backup-and-verify-failed-fantasy-dev',
          StateValue,
          StateReason: 'set by a test',
        }),
      );
    await set('ALARM');
    await set('OK');
    assert.deepEqual(
      pagerDuty.got.map(({ body }) => [body['event_action'], body['dedup_key']]),
      [
        ['trigger', 'dev/backup-and-verify/fantasy'],
        ['resolve', 'dev/backup-and-verify/fantasy'],
      ],
    );
    assert.match(JSON.stringify(slack.got[0]?.body), /🔴 P1 \[dev\] ALARM: backup-and-verify-failed-fantasy-dev/);
    assert.match(JSON.stringify(slack.got[1]?.body), /🟢 P1 \[dev\] OK: backup-and-verify-failed-fantasy-dev/);
  });

  test('is tried again at a receiver that is busy, and reported by the other ones when it refuses', async () => {
    slack.answer(404);
    pagerDuty.answer(503);
    const mailsBefore = mails().length;
    await reporting(1, () => report('failed'));
    assert.equal(slack.got.length, 1, 'a refusal is not tried again');
    assert.equal(pagerDuty.got.length, 2);
    assert.deepEqual(pagerDuty.got[0]?.body, pagerDuty.got[1]?.body);
    assert.match(
      mails().at(-1)?.message ?? '',
      /^.*\ntwo lines\nof text\n[\s\S]*\nNot delivered: slack: Slack answered 404\n/,
    );
    assert.equal(mails().length, mailsBefore + 2, 'once for its severity, once with what failed');
  });

  test('and reaches nobody in three calls is kept whole, and the alarm on the queue is reported', async () => {
    const { fixture } = own();
    const { sandbox } = fixture;
    fixture.refuse = ({ service, input }) =>
      service === 'sns' && JSON.stringify(input).includes(':pg-gameday-mail-dev"')
        ? new AwsError('InvalidParameterException', 'refused by the test')
        : undefined;
    slack.answer(403, 403, 403);
    await report('exact', { state: 'CopySnapshot', error: 'CopyFailedError', cause: 'no room' }); // P2: Slack and mail
    await waitUntil('it was given up', () => sandbox.deadLetters.length === 1);
    const [letter] = sandbox.deadLetters;
    assert.match(letter?.targetArn ?? '', /:sqs:us-east-1:123456789012:pg-gameday-undelivered-dev$/);
    assert.match(
      letter?.errorMessage ?? '',
      /could not be reported to anybody: email: refused by the test; slack: Slack answered 403\n/,
    );
    assert.match(JSON.parse(letter?.body ?? '{}').Records[0].Sns.Message, /two lines\nof text/);
    assert.equal(slack.got.length, 3);

    fixture.refuse = undefined;
    // It looks at whole minutes.
    await sandbox.alarms.evaluateAt(new Date(Date.now() + 60_000), { only: 'pg-gameday-undelivered-dev' });
    const isReported = () =>
      slack.got.some(({ body }) => JSON.stringify(body).includes('🟠 P2 [dev] ALARM: pg-gameday-undelivered-dev'));
    await waitUntil('the alarm was reported', isReported);
  });

  describe('of money', () => {
    const day = 86_400_000;
    /** Four months of so much a day until the 20th of `month`, and what was booked beside on the 18th. */
    const bill = (month: number, daily: number, more = 0) => {
      const { data } = own().fixture.sandbox.costs;
      data.today = Date.UTC(2026, month, 20) / day;
      const line = { account: '123456789012', service: 'EC2 - Other', usageType: 'Hours', region, tag: '' };
      const amounts = Array.from({ length: 121 }, (_, at) => daily + (at === 118 ? more : 0));
      data.bill = { firstDay: data.today - 120, lines: [{ ...line, amounts }], labels: [] };
    };
    const topic = () =>
      own().fixture.sandbox.template.topics.find(({ name }) => name === 'pg-gameday-costs-dev')?.arn ?? '';
    /** A delivery whose answer came late is made again. */
    const earlier = new Set<string>();
    /** Looks at the bill; answers what Slack shows of the only message that came of it, or nothing. */
    const look = async () => {
      const { sns, budgets } = own().fixture.sandbox;
      const before = sns.messages(topic()).length;
      slack.answer();
      await budgets.evaluate(new Date('2026-05-20T16:00:00Z'));
      const published = sns.messages(topic()).length - before;
      assert.ok(published <= 1);
      if (published === 0) return undefined;
      const texts = () => slack.got.map(({ body }) => String(body['text']));
      const shown = () => texts().find((text) => text.includes('budget') && !earlier.has(text));
      await waitUntil('Slack has it', () => shown() !== undefined);
      const text = shown() ?? assert.fail();
      earlier.add(text);
      return text;
    };

    test('by the budget of the stage comes once for each line that is passed, and again in the next month', async () => {
      const { monthlyBudget } = devStage(); // 80 % and 100 % spent, 100 % forecast
      const mailed = () => mails().filter(({ message }) => message.includes('Budget Name:'));
      bill(4, (0.9 * monthlyBudget) / 31);
      assert.equal(await look(), undefined);
      bill(4, (1.1 * monthlyBudget) / 31);
      const head = String.raw`\[dev\] budget pg-gameday-monthly-dev: \$`;
      const forecast = new RegExp(String.raw`^🟡 P3 ${head}1[\d,.]+ forecast of \$12,000\.00$`);
      assert.match((await look()) ?? '', forecast);
      assert.equal(await look(), undefined);
      bill(4, (1.1 * monthlyBudget) / 31, 0.2 * monthlyBudget);
      assert.match((await look()) ?? '', new RegExp(String.raw`^🟡 P3 ${head}10,\d{3}\.\d\d spent of \$12,000\.00$`));
      assert.equal(mailed().length, 0, 'a P3 is not mailed');
      bill(4, (1.1 * monthlyBudget) / 31, 0.4 * monthlyBudget);
      assert.match((await look()) ?? '', new RegExp(String.raw`^🟠 P2 ${head}12,\d{3}\.\d\d spent of \$12,000\.00$`));
      await waitUntil('it is mailed', () => mailed().length === 1);
      assert.match(mailed()[0]?.message ?? '', /Alert Threshold: > \$12,000\.00\nACTUAL Amount: \$12,/);
      assert.equal(await look(), undefined);

      bill(5, (0.9 * monthlyBudget) / 30);
      assert.equal(await look(), undefined, 'a new month begins under every line');
      bill(5, (1.2 * monthlyBudget) / 30);
      assert.match((await look()) ?? '', forecast);
    });

    test('by AWS’s own anomalies comes once for each that costs enough, as severe as its worst day', async () => {
      const { sns, costs } = own().fixture.sandbox;
      bill(4, 300);
      const { data } = costs;
      const [line] = data.bill.lines;
      assert.ok(line);
      const label = (money: number, at: number) => ({ kind: 'spike', start: at, end: at, money, line }) as const;
      const lookFor = async (...labels: ReturnType<typeof label>[]) => {
        data.bill = { ...data.bill, labels };
        const before = sns.messages(topic()).length;
        await costs.reportAnomalies();
        return sns.messages(topic()).slice(before);
      };
      const [small, large] = [label(49, 110), label(500, 112)]; // from 50 on they are reported, from 500 a day they are P2;
      assert.equal((await lookFor(small)).length, 0);
      assert.equal((await lookFor(small, large)).length, 1);
      assert.equal((await lookFor(small, large)).length, 0);
      const reported = () =>
        slack.got.map(({ body }) => String(body['text'])).filter((text) => text.includes('AWS finds'));
      await waitUntil('Slack has it', () => reported().length > 0);
      assert.deepEqual(reported(), [
        '🟠 P2 [dev] AWS finds 500.00 USD too much for EC2 - Other / Hours / us-east-1 / 123456789012',
      ]);
    });

    test('is published by nobody but AWS', async () => {
      const { sandbox } = own().fixture;
      const publish = (arn: string) => {
        const caller = { account: '123456789012', accessKeyId: arn, arn };
        return sandbox.dispatch('sns', 'Publish', { TopicArn: topic(), Message: 'of money' }, { region, caller });
      };
      await assert.rejects(publish('events.amazonaws.com'), /no resource-based policy allows the sns:Publish action/);
      await publish('budgets.amazonaws.com');
    });
  });

  test('reports no secret in a log or a dead letter', () => {
    const { fixture } = own();
    const written = [...fixture.lines.map(({ message }) => message), JSON.stringify(fixture.sandbox.deadLetters)].join(
      '\n',
    );
    assert.ok(written.includes('channel failed'));
    for (const secret of [webhook, routingKey]) assert.ok(!written.includes(secret));
  });
});
