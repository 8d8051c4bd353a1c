import assert from 'node:assert/strict';
import { parseOperations } from '../../../../shared/policy/validate.ts';
import { readSilence } from '../../../../shared/rules/silence.ts';
import { policyWith } from './operations-text.ts';

const refusal = (alert: unknown): string => {
  try {
    parseOperations(policyWith({ alert }));
    return '';
  } catch (error) {
    return String(error);
  }
};

describe('alert in operations.yml', () => {
  test('left out asks the receivers of the stage', () => {
    const { alert } = parseOperations(policyWith({ alert: {} }));
    assert.deepEqual(
      alert.chain.map(({ role, people }) => [role, people]),
      [['on-call', []]],
    );
    assert.deepEqual(alert.answerMinutes, { P1: 15, P2: 30, P3: 240 });
  });

  for (const [what, alert, fault] of [
    ['somebody who is not there', { chain: [{ role: 'lead', people: ['nobody'] }] }, /alert\.chain.*people.*nobody/],
    ['a role twice', { chain: [{ role: 'lead' }, { role: 'lead' }] }, /'lead' again/],
    ['hours that end before they begin', { business: { from: '18:00', to: '09:00' } }, /later than from/],
    [
      'a leave that ends before it begins',
      { people: { anna: { away: [{ from: '2026-05-02', to: '2026-05-01' }] } } },
      /not before from/,
    ],
    [
      'a silence about everything',
      { silences: [{ reason: 'quiet', until: '2026-05-20T22:00Z' }] },
      /neither subject nor cause/,
    ],
    ['a week without a working day', { business: { days: [] } }, /days/],
  ] as const) {
    test(`with ${what} is refused`, () => assert.match(refusal(alert), fault));
  }
});

test('a silence in the bucket holds when it names something and an end; anything else silences nothing', () => {
  const sound = { reason: 'maintenance', until: '2026-05-20T18:00-04:00', subject: 'orders' };
  assert.equal(readSilence(JSON.stringify(sound))?.until, '2026-05-20T22:00:00.000Z');
  for (const broken of [{ ...sound, subject: undefined }, { ...sound, until: 'soon' }, { subject: 'orders' }, 7])
    assert.equal(readSilence(JSON.stringify(broken)), undefined);
  assert.equal(readSilence('{'), undefined);
});
