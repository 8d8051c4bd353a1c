import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { AwsError } from '../../../sandbox/wire/aws-error.ts';
import { Incident } from '../../../shared/contracts/alert/alert.ts';
import { type AlertScene, openAlertScene } from '../../support/sandbox/alert-scene.ts';
import { waitUntil } from '../../support/wait-until.ts';

/** One sandbox for all: each test has an alarm of its own, and so an incident of its own. Half an hour lasts two seconds. */
describe('an alarm', () => {
  let scene: AlertScene;
  beforeAll(async () => {
    scene = await openAlertScene();
  });
  afterAll(() => scene.close());
  beforeEach(() => {
    scene.fixture.refuse = undefined;
    scene.slack.answer();
    scene.pagerDuty.answer();
  });

  const newest = async (name: string): Promise<Incident> => Incident.parse(JSON.parse(await scene.newest(name)));
  /** The messages to Slack that ask about an alarm. */
  const asked = (name: string) =>
    scene.slack.got.filter(({ body }) => {
      const text = JSON.stringify(body);
      return text.includes('Look and acknowledge') && text.includes(`#${name}`);
    });
  const isAsked = (name: string) => waitUntil(`somebody is asked about ${name}`, () => asked(name).length > 0);
  const isResolved = (name: string) =>
    waitUntil(`the incident of ${name} is over`, async () => (await newest(name)).state === 'resolved');

  test('asks people, is shown to whoever looks, taken by whoever presses the button, and over when it is well', async () => {
    await scene.raise('blocked-sessions');
    await scene.raise('blocked-sessions'); // delivered twice
    await isAsked('blocked-sessions');
    const url = scene.linkIn(asked('blocked-sessions')[0]);
    // Scanners of mail fetch, fetch again, and ask for the head.
    for (const method of ['GET', 'HEAD', 'GET'])
      assert.equal((await fetch(url, { method, headers: { purpose: 'prefetch' } })).status, 200);
    const page = await (await fetch(url)).text();
    assert.match(page, /P2 fantasy: blocked-sessions/);
    assert.match(page, /Newest value 40, its line is 20/);
    assert.match(page, /<form method="post"/);
    assert.equal((await newest('blocked-sessions')).acknowledged, null);

    const pressed = await fetch(url, { method: 'POST' });
    assert.equal(pressed.status, 200);
    assert.match(await pressed.text(), /nobody else is asked/);
    const again = await fetch(url, { method: 'POST' });
    assert.equal(again.status, 409);
    assert.match(await again.text(), /already acknowledged/);

    await scene.end('blocked-sessions');
    await isResolved('blocked-sessions');
    await waitUntil('the end is reported', () =>
      JSON.stringify(scene.slack.got).includes('over: fantasy: blocked-sessions'),
    );
    const incident = await newest('blocked-sessions');
    assert.equal(incident.steps.length, 1, 'a second identical event asked a second time');
    assert.match(JSON.stringify(incident.timeline), /is refused: already acknowledged/);
    await waitUntil('it is recorded', () => scene.exists(`${scene.folderOf(incident.id)}/incident.html`));
    assert.equal((await fetch(url, { method: 'POST' })).status, 409);
    assert.doesNotMatch(await (await fetch(url)).text(), /<form/);
  });

  test('that nobody answers for half an hour asks the lead by name', async () => {
    const before = scene.mailsTo('lead@example.com').length;
    await scene.raise('long-transaction');
    await waitUntil('the lead is asked', () => scene.mailsTo('lead@example.com').length > before);
    const { steps } = await newest('long-transaction');
    assert.deepEqual(
      steps.slice(0, 2).map(({ role }) => role),
      ['on-call', 'lead'],
    );
    assert.match(scene.mailsTo('lead@example.com').at(-1)?.text ?? '', /Look and acknowledge: http:.*who=lead/);
    await scene.end('long-transaction');
    await isResolved('long-transaction');
  });

  test('is taken by PagerDuty, by a webhook that is signed', async () => {
    await scene.raise('silent');
    await isAsked('silent');
    const { key } = await newest('silent');
    const address = new URL('pagerduty', scene.linkIn(asked('silent')[0]));
    const body = JSON.stringify({
      event: {
        event_type: 'incident.acknowledged',
        agent: { summary: 'Ben of PagerDuty' },
        data: { type: 'incident', incident_key: `${key}#lead` },
      },
    });
    const post = (secret: string, text = body) =>
      fetch(address, {
        method: 'POST',
        body: text,
        headers: {
          'content-type': 'application/json',
          'x-pagerduty-signature': `v1=${createHmac('sha256', secret).update(text).digest('hex')}`,
        },
      });
    assert.equal((await post('a stranger')).status, 403);
    assert.equal((await newest('silent')).state, 'open');
    const other = body.replace('acknowledged', 'annotated');
    assert.equal((await post('a-webhook-secret', other)).status, 202);
    assert.equal((await newest('silent')).state, 'open');
    assert.equal((await post('a-webhook-secret')).status, 200);
    assert.equal((await newest('silent')).acknowledged?.by, 'Ben of PagerDuty');
    await scene.end('silent');
    await isResolved('silent');
  });

  test('is not taken by a link that is forged or of somebody else', async () => {
    await scene.raise('slot-retained');
    await isAsked('slot-retained');
    const url = new URL(scene.linkIn(asked('slot-retained')[0]));
    const post = async (change: (query: URLSearchParams) => void) => {
      const changed = new URL(url);
      change(changed.searchParams);
      return (await fetch(changed, { method: 'POST' })).status;
    };
    assert.equal(await post((query) => query.set('who', 'mallory')), 403);
    assert.equal(await post((query) => query.set('incident', 'another-one')), 403);
    assert.equal(await post((query) => query.delete('signature')), 403);
    assert.equal((await newest('slot-retained')).acknowledged, null);
    assert.ok(scene.fixture.log.some((line) => line.includes('answer refused') && line.includes('forged')));
    await scene.end('slot-retained');
    await isResolved('slot-retained');
  });

  test('reaches its topic when Slack, PagerDuty and mail are down, and people when they are back', async () => {
    const down = Array<number>(40).fill(500);
    scene.slack.answer(...down);
    scene.pagerDuty.answer(...down);
    const pages = ['pg-gameday-page-dev', 'pg-gameday-mail-dev'];
    scene.fixture.refuse = ({ service, operation, input }) =>
      service === 'sns' &&
      operation === 'Publish' &&
      pages.some((name) => String((input as { TopicArn?: string }).TopicArn).endsWith(name))
        ? new AwsError('AuthorizationError', 'SNS is down', { status: 403 })
        : undefined;
    const topic = scene.topic('P2Topic');
    const before = topic().length;
    await scene.raise('blocked-sessions', { minutes: 24 * 60 });
    await waitUntil('it is published', () =>
      topic()
        .slice(before)
        .some(({ message }) => /NotificationUndeliveredError[\s\S]*blocked-sessions/.test(message)),
    );
    // Two tries may have arrived, and no third one is made for this request.
    assert.equal(asked('blocked-sessions').length, 2);
    scene.fixture.refuse = undefined;
    scene.slack.answer();
    scene.pagerDuty.answer();
    await waitUntil('the lead is asked', async () => (await newest('blocked-sessions')).steps.length > 1);
    await waitUntil('Slack has it', () =>
      scene.slack.got.some(({ body }) => JSON.stringify(body).includes('who=lead')),
    );
    await scene.end('blocked-sessions', { minutes: 25 * 60 });
    await isResolved('blocked-sessions');
  });

  test('is asked about while somebody floods the page', async () => {
    await scene.raise('slot-retained', { minutes: 24 * 60 });
    await isAsked('slot-retained');
    const url = new URL(scene.linkIn(asked('slot-retained')[0]));
    url.searchParams.set('signature', 'forged');
    const knock = () =>
      fetch(url, { method: 'POST' }).then(
        ({ status }) => status,
        () => 'broken',
      );
    const waves = async () => {
      const answers: (number | string)[] = [];
      // A thousand in all; a client of one computer has not so many connections at once.
      for (let wave = 0; wave < 10; wave += 1) answers.push(...(await Promise.all(Array.from({ length: 100 }, knock))));
      return answers;
    };
    const flood = waves();
    await scene.end('slot-retained', { minutes: 25 * 60 });
    await isResolved('slot-retained');
    const statuses = new Set<string | number>(await flood);
    assert.deepEqual(
      [...statuses].filter((status) => status !== 403 && status !== 429),
      [],
    );
    assert.ok(statuses.has(429), 'nothing was refused for its number');
  });

  test('whose event starts nothing is kept, like a schedule that starts nothing, and an alarm rings by its topic', async () => {
    scene.fixture.refuse = ({ service, operation }) =>
      service === 'states' && operation === 'StartExecution'
        ? new AwsError('ThrottlingException', 'Rate exceeded', { status: 400 })
        : undefined;
    await scene.raise('silent', { minutes: 24 * 60 });
    await waitUntil('the event is kept', () => scene.fixture.sandbox.undeliveredEvents.length > 0);
    const [letter] = scene.fixture.sandbox.undeliveredEvents;
    assert.match(letter?.targetArn ?? '', /:pg-gameday-unstarted-dev$/);
    assert.match(letter?.body ?? '', /pg-gameday-silent-critical/);
    await scene.fixture.sandbox.bus.fire('us-east-1', 'retention-dev');
    await waitUntil('the schedule is kept', () =>
      scene.fixture.sandbox.undeliveredEvents.some(({ functionName }) => functionName === 'retention-dev'),
    );
    scene.fixture.refuse = undefined;
    await scene.fixture.sandbox.alarms.evaluateAt(new Date(Date.now() + 60_000), { only: 'pg-gameday-unstarted-dev' });
    assert.equal(scene.fixture.sandbox.alarms.find('us-east-1', 'pg-gameday-unstarted-dev')?.state.value, 'ALARM');
    assert.ok(
      scene
        .topic('P1Topic')()
        .some(({ subject }) => subject?.includes('pg-gameday-unstarted-dev')),
    );
  });
});
