import assert from 'node:assert/strict';
import { Resolver } from 'node:dns/promises';
import { serveNames } from '../../../../sandbox/services/route53/resolver.ts';
import { type Look, makeZones } from '../../../../sandbox/services/route53/zones.ts';

const name = 'fantasy.db.example.internal';

/** A name by failover whose primary is healthy while an alarm is OK; the clock stands until it is moved. */
function made() {
  const clock = { at: 1_000_000 };
  const states = [{ value: 'OK', since: 0 }];
  const look: Look = ({ region }, at) =>
    region === 'us-west-2' ? (states.findLast(({ since }) => since <= at)?.value as 'OK') : undefined;
  const time = { now: () => clock.at, speed: 1 };
  const zones = makeZones({ look, ...time });
  zones.zones.set('Z1', { name: 'db.example.internal', records: [] });
  zones.checks.set('H1', {
    alarm: { name: 'promoted', region: 'us-west-2' },
    isInverted: false,
    whenUnknown: 'LastKnownStatus',
  });
  const record = { name, type: 'CNAME', ttlSeconds: 30 };
  zones.addRecord('Z1', { ...record, values: ['one.example.com'], failover: 'PRIMARY', healthCheckId: 'H1' });
  zones.addRecord('Z1', { ...record, values: ['two.example.com'], failover: 'SECONDARY', healthCheckId: undefined });
  const turn = (value: string) => void states.push({ value, since: clock.at });
  const later = (seconds: number) => {
    clock.at += seconds * 1000;
  };
  return { zones, time, turn, later, answer: () => zones.answer(name, 'CNAME')?.values[0] };
}

test('a name by failover turns with the next check after its alarm, keeps its side without data, and turns back', () => {
  const { turn, later, answer } = made();
  assert.equal(answer(), 'one.example.com');
  turn('ALARM');
  later(29);
  assert.equal(answer(), 'one.example.com', 'nobody has checked yet');
  later(1);
  assert.equal(answer(), 'two.example.com');
  turn('INSUFFICIENT_DATA');
  later(600);
  assert.equal(answer(), 'two.example.com', 'the last known status');
  turn('OK');
  later(30);
  assert.equal(answer(), 'one.example.com');
});

test('the resolver answers over DNS, and remembers for the time to live', async () => {
  const { zones, time, turn, later } = made();
  const served = await serveNames(zones, time);
  try {
    const client = new Resolver();
    client.setServers([served.address]);
    assert.deepEqual(await client.resolveCname(name), ['one.example.com']);
    assert.deepEqual(await client.resolve4('two.example.com'), ['127.0.0.1']);
    await assert.rejects(client.resolveCname('unknown.example.com'), { code: 'ENOTFOUND' });
    turn('ALARM');
    later(29);
    assert.deepEqual(await client.resolveCname(name), ['one.example.com']);
    later(2);
    assert.deepEqual(await client.resolveCname(name), ['two.example.com']);
  } finally {
    await served.close();
  }
});
