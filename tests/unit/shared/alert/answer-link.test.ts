import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { isSignedByPagerDuty, makeAnswerLink, readAnswerLink } from '../../../../shared/alert/answer-link.ts';

const secret = 'a-secret-of-thirty-two-letters-or-more';
const link = { incidentId: 'abc-1', who: 'on-call', expires: 1000 };
const queryOf = (url: string) => new URL(url).searchParams;
const made = () => queryOf(makeAnswerLink('https://example.com/', secret, link));

describe('a link by which somebody answers', () => {
  test('is known until it expires', () => {
    assert.deepEqual(readAnswerLink(made(), secret, 999), link);
    assert.equal(readAnswerLink(made(), secret, 1000), 'expired');
  });

  for (const name of ['incident', 'who', 'until', 'signature']) {
    test(`is forged when its ${name} is another one, or missing`, () => {
      for (const value of ['2000', '', 'abc-2', 'on-call ']) {
        const query = made();
        query.set(name, value);
        assert.equal(readAnswerLink(query, secret, 0), 'forged');
      }
      const query = made();
      query.delete(name);
      assert.equal(readAnswerLink(query, secret, 0), 'forged');
    });
  }

  test('is forged under another secret, and under none', () => {
    assert.equal(readAnswerLink(made(), `${secret}2`, 0), 'forged');
    const bare = queryOf(makeAnswerLink('https://example.com/', '', link));
    assert.equal(readAnswerLink(bare, '', 0), 'forged');
  });

  test('cannot be read in two ways: no other members have its signature', () => {
    const text = fc.string({ minLength: 0, maxLength: 8 });
    const members = fc.record({ incidentId: text, who: text, expires: fc.nat() });
    fc.assert(
      fc.property(members, members, (one, other) => {
        const query = queryOf(makeAnswerLink('https://example.com/', secret, one));
        query.set('incident', other.incidentId);
        query.set('who', other.who);
        query.set('until', String(other.expires));
        const isSame = JSON.stringify(one) === JSON.stringify(other);
        assert.equal(readAnswerLink(query, secret, -1) !== 'forged', isSame);
      }),
    );
  });
});

describe('a webhook of PagerDuty', () => {
  const body = '{"event":{}}';
  const sign = (key: string, text = body) => `v1=${createHmac('sha256', key).update(text).digest('hex')}`;

  test('is known by one signature of several', () => {
    assert.ok(isSignedByPagerDuty(sign('new'), body, ['old', 'new']));
    assert.ok(isSignedByPagerDuty(`${sign('foreign')},${sign('old')}`, body, ['old']));
    assert.ok(isSignedByPagerDuty(`v2=ff, ${sign('old')}`, body, ['old']));
  });

  test('is refused with a foreign signature, another body, none, or where no secret is known', () => {
    assert.equal(isSignedByPagerDuty(sign('foreign'), body, ['old', 'new']), false);
    assert.equal(isSignedByPagerDuty(sign('old', `${body} `), body, ['old']), false);
    assert.equal(isSignedByPagerDuty('', body, ['old']), false);
    assert.equal(isSignedByPagerDuty(sign('old').slice(0, -2), body, ['old']), false);
    assert.equal(isSignedByPagerDuty(sign('old').replace('v1', 'v0'), body, ['old']), false);
    assert.equal(isSignedByPagerDuty(sign(''), body, ['']), false);
    assert.equal(isSignedByPagerDuty(sign('old'), body, []), false);
  });
});
