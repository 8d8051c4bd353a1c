import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { readEvent } from '../../../../../shared/domain/alert/read-event.ts';
import { at, causeOf, makeSimulation } from './simulate.ts';

const HOUR = 3600;
const muted = (seconds = 0) => ({ mutedUntil: at(2 * HOUR), seconds });

describe('an alarm that is muted for maintenance', () => {
  test('asks nobody before the end of its window, and then at once when it is still there', () => {
    const run = makeSimulation();
    run.deliver(causeOf(muted()));
    run.until(2 * HOUR - 1);
    assert.deepEqual(run.asked, []);
    run.until(2 * HOUR + 5);
    assert.deepEqual(
      run.asked.map(({ role }) => role),
      ['on-call'],
    );
  });

  test('that is over before the end asks nobody at all, and is resolved', () => {
    const run = makeSimulation();
    run.deliver(causeOf(muted()));
    run.until(HOUR);
    run.deliver(causeOf({ state: 'over', seconds: HOUR }));
    run.until(6 * HOUR);
    assert.deepEqual([run.asked.length, run.resolved.length], [0, 1]);
  });

  test('hides no other one of its incident that is not muted', () => {
    const run = makeSimulation();
    run.deliver(causeOf(muted()));
    run.until(60);
    run.deliver(causeOf({ member: 'another-alarm', severity: 'P2', seconds: 60 }));
    run.until(120);
    assert.equal(run.asked.length, 1);
  });

  test('is known by what its event says; what is not understood mutes nothing', () => {
    const file = new URL('../../../../../events/alert/damaged-pages.json', import.meta.url);
    const event = JSON.parse(readFileSync(file, 'utf8')) as { detail: object };
    const place = {
      account: '123456789012',
      stage: 'dev',
      databases: { fantasy: { instance: 'fantasy-dev', replicas: [] } },
    };
    const untilOf = (muteDetail: unknown) =>
      readEvent({ ...event, detail: { ...event.detail, muteDetail } }, place).cause?.mutedUntil;
    const mutedByArn = 'arn:aws:cloudwatch:us-east-1:123456789012:alarm-mute-rule:maintenance';
    const window = { muteWindowStart: '2026-03-07T19:00:00.000+0000', muteWindowEnd: '2026-03-07T21:00:00.000+0000' };
    assert.equal(untilOf({ mutedByArn, ...window }), '2026-03-07T21:00:00.000Z');
    assert.equal(untilOf({ mutedByArn, ...window, muteWindowEnd: 'soon' }), undefined);
    assert.equal(untilOf('yes'), undefined);
    const { cause } = readEvent({ ...event, detail: { ...event.detail, muteDetail: 'yes' } }, place);
    assert.equal(cause?.state, 'problem');
  });
});
