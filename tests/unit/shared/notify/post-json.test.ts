import assert from 'node:assert/strict';
import { makePostJson } from '../../../../shared/notify/post-json.ts';
import { type Receiver, startReceiver } from '../../../support/receiver.ts';

describe('a message to a receiver', () => {
  const post = makePostJson({ deadline: 10_000, pauses: [1, 1] });
  const hasty = makePostJson({ deadline: 200, pauses: [1, 1] });
  let receiver: Receiver;
  beforeAll(async () => {
    receiver = await startReceiver();
  });
  afterAll(() => receiver.close());

  const cases: [string, (number | 'hang')[], number, RegExp | undefined][] = [
    ['taken at once is sent once', [200], 1, undefined],
    ['that fails once is sent twice', [500], 2, undefined],
    ['that is one too many is sent again', [429, 503], 3, undefined],
    ['that is never answered is sent three times', ['hang', 'hang', 'hang'], 3, /^Slack did not answer\nHINT: /],
    ['that fails for good is sent three times', [500, 500, 500], 3, /^Slack answered 500\n/],
    ['that is refused is sent once', [404], 1, /^Slack answered 404\n/],
    ['that is sent elsewhere is not followed', [302], 1, /^Slack answered 302\n/],
  ];
  for (const [what, answers, times, problem] of cases) {
    test(what, async () => {
      receiver.answer(...answers);
      const sent = (answers.includes('hang') ? hasty : post)('Slack', receiver.url('services/T0/secret'), { a: 1 });
      if (problem === undefined) await sent;
      else await assert.rejects(sent, { name: 'ReceiverUnavailableError', message: problem });
      assert.equal(receiver.got.length, times);
      assert.deepEqual(receiver.got[0], { path: '/services/T0/secret', body: { a: 1 } });
    });
  }

  test('to nobody, or to no address of the web, reports no address', async () => {
    const gone = await startReceiver();
    await gone.close();
    const refusals: [string, string][] = [
      [gone.url('secret'), 'ReceiverUnavailableError'],
      ['http://example.com/secret', 'InvalidInputError'],
      ['secret', 'InvalidInputError'],
      ['file:///secret', 'InvalidInputError'],
    ];
    for (const [url, name] of refusals) {
      await assert.rejects(post('Slack', url, {}), (error: Error) => {
        assert.equal(error.name, name);
        assert.doesNotMatch(`${error.message} ${String(error.cause)}`, /\/secret|127\.0/);
        return true;
      });
    }
  });
});
