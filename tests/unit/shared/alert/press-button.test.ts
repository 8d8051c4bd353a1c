import assert from 'node:assert/strict';
import { linkIn, pressButton } from '../../../../shared/alert/press-button.ts';

const page = 'https://abc.lambda-url.us-east-1.on.aws/';
const link = `${page}answer?incident=i&who=test-robot&signature=s`;

describe('the robot', () => {
  test('opens the link of its message, and no other address', () => {
    assert.equal(linkIn(`${link}\n\nTEST`, page), link);
    assert.equal(linkIn(`https://example.com/ ${link}`, page), link);
    assert.equal(linkIn('https://example.com/answer?incident=i', page), undefined);
    assert.equal(linkIn(`https://abc.lambda-url.us-east-1.on.aws.example.com/answer?x`, page), undefined);
    assert.equal(linkIn('it is over', page), undefined);
  });

  const answering = (status: number) => {
    const sent: string[] = [];
    const press = pressButton(page, async (url, init) => {
      sent.push(`${init?.method} ${url}`);
      return new Response('', { status });
    });
    return { sent, press };
  };

  test('presses once, and takes it that somebody was faster', async () => {
    const { sent, press } = answering(200);
    assert.deepEqual(await press(link), [200]);
    assert.deepEqual(sent, [`POST ${link}`]);
    assert.deepEqual(await answering(409).press(link), [409]);
    assert.deepEqual(await press('it is over'), []);
  });

  test('fails where the page does, so that Lambda calls it again', async () => {
    await assert.rejects(answering(429).press(link), /the page of the incident answered 429/);
    const gone = pressButton(page, () => Promise.reject(new Error('ECONNREFUSED')));
    await assert.rejects(gone(link), /could not be reached/);
  });
});
