import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { devStage } from '../../../sandbox/stage-policy.ts';
import { type Receiver, startReceiver } from '../../support/receiver.ts';
import { type AccountFixture, openAccountFixture } from '../../support/sandbox/account.ts';
import { waitUntil } from '../../support/wait-until.ts';

const region = 'us-east-1';
const eventFile = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../../events/cloudwatch/${name}.json`, import.meta.url), 'utf8')) as {
    detail: { alarmName: string; state: { timestamp: string } };
  };

/** One sandbox for all: each test has an alarm of its own, and so an incident of its own. */
describe('an alarm', () => {
  let fixture: AccountFixture;
  let slack: Receiver;
  let pagerDuty: Receiver;
  const { receivers } = devStage();

  beforeAll(async () => {
    fixture = await openAccountFixture();
    [slack, pagerDuty] = [await startReceiver(), await startReceiver()];
    const store = fixture.sandbox.secrets.secrets.in(region);
    const keep = (arn: string | undefined, value: object) => {
      assert.ok(arn);
      store.putValue(store.create(arn.split(':').slice(6).join(':'), { arn }), { text: JSON.stringify(value) });
    };
    keep(receivers.slack?.secretArn, { webhookUrl: slack.url('slack') });
    keep(receivers.pagerDuty?.secretArn, { routingKey: 'a-key', eventsUrl: pagerDuty.url('v2/enqueue') });
  });
  afterAll(async () => {
    await Promise.all([slack.close(), pagerDuty.close()]);
    await fixture.close();
  });

  const emit = (event: object) => {
    const { source, time, resources, detail, ...rest } = event as Record<string, unknown>;
    return fixture.sandbox.bus.emit(region, {
      source: String(source),
      detailType: String(rest['detail-type']),
      detail,
      resources: resources as string[],
      time: new Date(String(time)),
    });
  };

  test('asks people, is acknowledged with one button, and is over when it is well again', async () => {
    await emit(eventFile('blocked-sessions'));
    await waitUntil('somebody is asked', () => slack.got.length === 1);
    const [message] = slack.got;
    const url = /"url":"(http:[^"]+)"/.exec(JSON.stringify(message?.body))?.[1] ?? assert.fail(JSON.stringify(message));
    const shown = await fetch(url);
    assert.equal(shown.status, 200);
    const text = await shown.text();
    assert.match(text, /<form method="post"/);
    const pressed = await fetch(url, { method: 'POST' });
    assert.equal(pressed.status, 200, await pressed.text());
    await emit(eventFile('blocked-sessions-over'));
    await waitUntil('the end is reported', () => slack.got.length === 2).catch((e) => {
      console.log(
        fixture.log
          .filter((l) => !l.includes('START') && !l.includes('REPORT'))
          .slice(-40)
          .join('\n'),
      );
      throw e;
    });
    console.log(JSON.stringify(slack.got[1]?.body));
  });
});
