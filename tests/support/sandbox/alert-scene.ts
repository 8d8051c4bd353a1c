import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { devStage } from '../../../sandbox/stage-policy.ts';
import { hashOf, hashOfId } from '../../../shared/alert/incident-store.ts';
import { AlarmEvent } from '../../../shared/contracts/alarm-event.ts';
import { readEvent } from '../../../shared/domain/alert/read-event.ts';
import { incidentKey } from '../../../shared/evidence/keys.ts';
import { type Receiver, startReceiver } from '../receiver.ts';
import { type AccountFixture, openAccountFixture } from './account.ts';

const region = 'us-east-1';
type Shift = { readonly minutes?: number };

/** A sandbox with the stage's receivers on this computer, and events of alarms as CloudWatch sends them. */
export type AlertScene = {
  readonly fixture: AccountFixture;
  readonly slack: Receiver;
  readonly pagerDuty: Receiver;
  /** Delivers events/cloudwatch/<name>.json, so many minutes later. */
  raise(name: string, shift?: Shift): Promise<void>;
  /** The same alarm, well again a minute later. */
  end(name: string, shift?: Shift): Promise<void>;
  /** The incident of such an event, as text. */
  newest(name: string): Promise<string>;
  exists(key: string): Promise<boolean>;
  folderOf(incidentId: string): string;
  /** The address of the page in a message to Slack. */
  linkIn(message: Receiver['got'][number] | undefined): string;
  mailsTo(address: string): readonly { readonly subject?: string | undefined; readonly text: string }[];
  topic(logicalId: string): () => ReturnType<AccountFixture['sandbox']['sns']['messages']>;
  close(): Promise<void>;
};

export async function openAlertScene(options: Parameters<typeof openAccountFixture>[0] = {}): Promise<AlertScene> {
  const { receivers, account, databases } = devStage();
  const fixture = await openAccountFixture(options);
  const [slack, pagerDuty] = [await startReceiver(), await startReceiver()];
  const store = fixture.sandbox.secrets.secrets.in(region);
  const keep = (arn: string | undefined, value: object) => {
    assert.ok(arn);
    store.putValue(store.create(arn.split(':').slice(6).join(':'), { arn }), { text: JSON.stringify(value) });
  };
  keep(receivers.slack?.secretArn, { webhookUrl: slack.url('slack') });
  keep(receivers.pagerDuty?.secretArn, {
    routingKey: 'a-key',
    eventsUrl: pagerDuty.url('v2/enqueue'),
    webhookSecrets: ['a-webhook-secret'],
  });
  const recorded = (name: string): AlarmEvent =>
    AlarmEvent.parse(
      JSON.parse(readFileSync(new URL(`../../../events/cloudwatch/${name}.json`, import.meta.url), 'utf8')),
    );
  const emit = async (name: string, value: 'ALARM' | 'OK', minutes: number) => {
    const { source, resources, detail, ...event } = recorded(name);
    const at = new Date(Date.parse(event.time) + minutes * 60_000);
    const timestamp = at.toISOString().replace('Z', '+0000');
    await fixture.sandbox.bus.emit(region, {
      ...{ source, resources, time: at, detailType: event['detail-type'] },
      detail: { ...detail, state: { ...detail.state, value, timestamp } },
    });
  };
  const keyOf = (name: string) =>
    readEvent(recorded(name), { account, stage: 'dev', databases }).cause?.key ?? assert.fail(name);
  return {
    fixture,
    slack,
    pagerDuty,
    raise: (name, { minutes = 0 } = {}) => emit(name, 'ALARM', minutes),
    end: (name, { minutes = 1 } = {}) => emit(name, 'OK', minutes),
    newest: (name) => fixture.read(incidentKey(hashOf(keyOf(name)))),
    exists: (key) =>
      fixture.read(key).then(
        () => true,
        () => false,
      ),
    folderOf: (id) => `alert/incidents/${hashOfId(id)}/${id}`,
    linkIn: (message) =>
      /"url":"(http:\/\/127[^"]+)"/.exec(JSON.stringify(message?.body))?.[1] ?? assert.fail(JSON.stringify(message)),
    mailsTo: (address) =>
      fixture.sandbox.sns.received(address).map((mail) => ({ subject: mail.subject, text: mail.message })),
    topic: (logicalId) => () =>
      fixture.sandbox.sns.messages(
        fixture.sandbox.template.topics.find((topic) => topic.logicalId === logicalId)?.arn ?? assert.fail(logicalId),
      ),
    async close() {
      await Promise.all([slack.close(), pagerDuty.close()]);
      await fixture.close();
    },
  };
}
