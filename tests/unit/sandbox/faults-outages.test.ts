import assert from 'node:assert/strict';
import { parseFault } from '../../../sandbox/faults/fault.ts';
import type { FaultServer, FaultWorld } from '../../../sandbox/faults/fault-world.ts';
import { makeFaultInjector } from '../../../sandbox/faults/injector.ts';
import { DroppedConnection } from '../../../sandbox/wire/dropped-connection.ts';
import type { CallContext } from '../../../sandbox/wire/service.ts';
import { waitUntil } from '../../support/wait-until.ts';

const account = '123456789012';
const home = 'us-east-1';
const away = 'us-west-2';

function callFrom(session: string | undefined, region: string, operation = 'DescribeDBInstances'): CallContext {
  const arn = `arn:aws:sts::${account}:assumed-role/r/${session}`;
  const caller = {
    account,
    accessKeyId: 'A',
    arn,
    ...(session === undefined ? {} : { roleName: session.startsWith('away') ? 'away' : 'r' }),
  };
  return { requestId: 'r', service: 'rds', operation, region, caller, signal: new AbortController().signal };
}

/** Servers that note what is done to them. */
function makeWorld(places: readonly (readonly [region: string, identifier: string])[]) {
  const notes: string[] = [];
  const servers = places.map(
    ([region, identifier]): FaultServer => ({
      region,
      identifier,
      freeze: () => void notes.push(`freeze ${identifier}`),
      thaw: () => void notes.push(`thaw ${identifier}`),
      endSessions: async () => void notes.push(`end sessions of ${identifier}`),
    }),
  );
  const world: FaultWorld = {
    region: home,
    regionOf: (role) => (role === 'away' ? away : home),
    kill: async () => 0,
    servers: () => servers,
    cutLink: async (one, other, isCut) => void notes.push(`${isCut ? 'cut' : 'mend'} ${one} ${other}`),
  };
  return { world, servers, notes };
}

const places = [
  [home, 'orders'],
  [home, 'orders-copy'],
  [away, 'replica'],
] as const;

async function armed(...faults: string[]) {
  const { world, servers, notes } = makeWorld(places);
  const injector = makeFaultInjector({ world: () => world });
  await injector.arm(faults.map(parseFault));
  const call = (
    region: string,
    { isOperator = false, session = 'pg-gameday-dev-planRun', input = {} as object } = {},
  ) =>
    injector
      .intercept(callFrom(isOperator ? undefined : session, region), input, async () => 'answered')
      .catch((error: Error) => error.constructor.name);
  return { injector, call, notes, servers };
}

describe('outages', () => {
  test('a frozen server is the one that is named, and it goes on after its time', async () => {
    const { call, notes } = await armed('rds:DescribeDBInstances=freeze:orders+1');
    assert.equal(await call(home), 'answered');
    assert.equal(notes[0], 'freeze orders');
    await waitUntil('it goes on', () => notes.includes('thaw orders'));
    assert.deepEqual(notes, ['freeze orders', 'thaw orders']);
  });

  test('what lasts without end is ended by a release, and by other faults in its place', async () => {
    const first = await armed('rds:DescribeDBInstances=freeze:orders*');
    await first.call(home);
    assert.deepEqual(first.notes, ['freeze orders', 'freeze orders-copy']);
    await first.injector.release();
    assert.deepEqual(first.notes.slice(2), ['thaw orders', 'thaw orders-copy']);
    await first.injector.arm([parseFault('rds:DescribeDBInstances=freeze:replica')]);
    await first.call(home);
    await first.injector.arm([]);
    assert.deepEqual(first.notes.slice(4), ['freeze replica', 'thaw replica']);
  });

  test('a server that is frozen twice goes on only when both are over', async () => {
    const { injector, call, notes } = await armed(
      'rds:DescribeDBInstances#1=freeze:orders+1',
      'rds:DescribeDBInstances#2=freeze:orders',
    );
    await Promise.all([call(home), call(home)]);
    await injector.release();
    assert.deepEqual(notes, ['freeze orders', 'thaw orders']);
  });

  test('of a cut region everybody is refused, its servers hang, and those that come up later too', async () => {
    const { injector, call, notes, servers } = await armed(`rds:DescribeDBInstances=cut-region:${away}`);
    assert.equal(await call(home), 'answered');
    assert.equal(await call(away), DroppedConnection.name);
    assert.equal(await call(away, { isOperator: true }), DroppedConnection.name);
    assert.deepEqual(notes, ['freeze replica']);
    servers.push({ ...(servers[2] as FaultServer), identifier: 'late', freeze: () => void notes.push('freeze late') });
    await waitUntil('the late one hangs', () => notes.includes('freeze late'));
    await injector.release();
    assert.equal(await call(away), 'answered');
    assert.deepEqual(notes.slice(2).sort(), ['thaw replica', 'thaw replica']);
  });

  test('over a cut link nothing passes, in neither direction, and the rest is as ever', async () => {
    const { injector, call, notes } = await armed(`rds:DescribeDBInstances=cut-link:${home},${away}`);
    assert.equal(await call(home), 'answered');
    assert.equal(await call(away), DroppedConnection.name);
    assert.equal(await call('eu-west-1'), 'answered');
    // Who is on the other side reaches all of its own side.
    assert.equal(await call(away, { session: 'away' }), 'answered');
    assert.equal(await call(home, { session: 'away' }), DroppedConnection.name);
    // A person in the other region reaches it, but not what is across the link.
    assert.equal(await call(away, { isOperator: true }), 'answered');
    const copy = { SourceDBSnapshotIdentifier: `arn:aws:rds:${home}:${account}:snapshot:s` };
    assert.equal(await call(away, { isOperator: true, input: copy }), DroppedConnection.name);
    assert.equal(await call(away, { isOperator: true, input: { SourceRegion: home } }), DroppedConnection.name);
    assert.deepEqual(notes, [`cut ${home} ${away}`]);
    await injector.close();
    assert.deepEqual(notes.slice(1), [`mend ${home} ${away}`]);
    assert.equal(await call(away), 'answered');
  });

  test('a strike that waits for its time does not come after a release', async () => {
    const { injector, call, notes } = await armed('rds:DescribeDBInstances=end-sessions:orders@60000');
    assert.equal(await call(home), 'answered');
    await injector.release();
    assert.deepEqual(notes, []);
  });
});

describe('deliveries', () => {
  async function deliver(fault: string, times = 1) {
    const injector = makeFaultInjector({ world: () => makeWorld([]).world });
    await injector.arm([parseFault(fault)]);
    let delivered = 0;
    for (let time = 0; time < times; time += 1) {
      await injector.interceptDelivery({ call: 'events:Deliver', name: 'nightly', region: home }, async () => {
        delivered += 1;
      });
    }
    return { injector, delivered: () => delivered };
  }

  test('one is lost and the next one is not', async () => {
    assert.equal((await deliver('nightly/events:Deliver#1=lost', 2)).delivered(), 1);
    assert.equal((await deliver('other/events:Deliver#1=lost')).delivered(), 1);
    assert.equal((await deliver('sns:Deliver#1=lost')).delivered(), 1);
  });

  test('one comes twice', async () => {
    assert.equal((await deliver('nightly/events:Deliver#2=twice', 2)).delivered(), 3);
  });

  test('a late one comes later, and nobody waits for it; the end of the faults drops it', async () => {
    const late = await deliver('events:Deliver=late@1');
    await waitUntil('it comes', () => late.delivered() === 1);
    const never = await deliver('events:Deliver=late@60000');
    await never.injector.close();
    assert.equal(never.delivered(), 0);
  });
});
