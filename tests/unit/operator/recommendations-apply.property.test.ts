import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type AcceptedEntry, apply } from '../../../operator/recommendations/apply.ts';
import {
  type FinalSnapshot,
  finalSnapshotTag,
  usableSnapshot,
} from '../../../operator/recommendations/final-snapshot.ts';
import { type SeenNow, whyRefused } from '../../../operator/recommendations/refusal.ts';
import type { Removal } from '../../../operator/recommendations/removal.ts';
import { Entry } from '../../../shared/contracts/recommendations.ts';
import type { WasteFinding } from '../../../shared/contracts/waste.ts';

const made = '2026-01-01T00:00:00.000Z';
const finding: WasteFinding = {
  id: 'unattached-volume/us-east-1/vol-1',
  kind: 'unattached-volume',
  region: 'us-east-1',
  resource: 'vol-1',
  aMonth: 40,
  basis: 'of the test',
  evidence: 'attached to no machine',
  difficulty: 'careful',
  action: 'true',
  createdAt: made,
  billedAs: { service: 'EC2 - Other', usageType: 'EBS:VolumeUsage.gp3' },
};
const asAccepted: SeenNow = {
  tags: { team: 'reporting' },
  createdAt: new Date(made),
  verdict: finding,
  state: "state 'available'",
  described: { VolumeId: 'vol-1', CreateTime: new Date(made) },
};

/** Each is a way in which a thing is not what was accepted any more, or never was to be removed. */
const changes: Readonly<Record<string, readonly [Partial<SeenNow>, RegExp]>> = {
  protected: [{ tags: { 'pg-gameday:protected': 'audit' } }, /bears the tag pg-gameday:protected now: audit/],
  'protected without a reason': [{ tags: { 'pg-gameday:protected': '' } }, /no reason given/],
  'of its own': [{ tags: { 'pg-gameday:made-by': 'pg-gameday' } }, /is pg-gameday's own/],
  'made anew': [{ createdAt: new Date('2026-04-01') }, /was made at 2026-04-01.*accepted was one made at 2026-01-01/],
  'of unreadable age': [{ createdAt: new Date(Number.NaN) }, /was made at unknown/],
  'of unknown age': [{ createdAt: undefined }, /was made at unknown/],
  'under deletion protection': [{ locked: { text: 'is under deletion protection', hint: 'Lift it.' } }, /protection$/],
  'in use': [{ verdict: undefined, state: "state 'in-use'" }, /not assessed to be waste any more: state 'in-use'/],
  'assessed otherwise': [{ verdict: { ...finding, id: 'other/us-east-1/vol-1' } }, /not assessed to be waste/],
  'of another size': [
    { verdict: { ...finding, billedAs: { service: 'EC2 - Other', usageType: 'EBS:VolumeUsage.io2' } } },
    /is EBS:VolumeUsage\.io2 of EC2 - Other now, accepted was EBS:VolumeUsage\.gp3/,
  ],
};

describe('a thing that was accepted', () => {
  test('is removed when it is as it was, and refused with what has changed when it is not', () => {
    assert.equal(whyRefused(finding, asAccepted, []), undefined);
    for (const [name, [change, text]] of Object.entries(changes)) {
      assert.match(whyRefused(finding, { ...asAccepted, ...change }, [])?.text ?? '', text, name);
    }
    assert.match(whyRefused(finding, asAccepted, ['vol-1'])?.text ?? '', /named in operations\.yml/);
    assert.match(whyRefused({ ...finding, resource: 'gd-copy-a' }, asAccepted, [])?.text ?? '', /own/);
    const { createdAt: _, ...old } = finding;
    assert.match(whyRefused(old, asAccepted, [])?.text ?? '', /a time that the report did not report/);
    const address: WasteFinding = { ...old, kind: 'unassociated-address' };
    assert.equal(whyRefused(address, { ...asAccepted, createdAt: undefined, verdict: address }, []), undefined);
  });

  test('is refused by any one change, whatever else is true of it', () => {
    const anyChanges = fc.subarray(Object.values(changes), { minLength: 1 });
    const tags = fc.dictionary(fc.string(), fc.string());
    fc.assert(
      fc.property(anyChanges, tags, (some, others) => {
        const seen = Object.assign({}, asAccepted, ...some.map(([change]) => change)) as SeenNow;
        assert.notEqual(whyRefused(finding, { ...seen, tags: { ...others, ...seen.tags } }, []), undefined);
      }),
    );
  });
});

describe('a run of apply', () => {
  const entry: AcceptedEntry = {
    ...Entry.parse({
      id: finding.id,
      what: finding.evidence,
      service: null,
      usageType: null,
      acceptedOn: '2026-05-20',
      expectedMonthly: 40,
    }),
    finding,
  };
  /** A world of one volume in which the call of number `fails` dies, after it was done or before. */
  const world = () => {
    const at = {
      isThere: true,
      snapshots: [] as string[],
      seen: asAccepted,
      stored: entry as Entry,
      log: [] as string[],
    };
    let [calls, fails, isDone] = [0, Number.POSITIVE_INFINITY, false];
    let onCall: (call: number) => void = () => {};
    const call = async <T>(name: string, act: () => T): Promise<T> => {
      calls += 1;
      onCall(calls);
      if (calls === fails && !isDone) throw new Error('killed');
      const result = act();
      at.log.push(name);
      if (calls === fails) throw new Error('killed');
      return result;
    };
    const removal: Removal = {
      steps: [],
      look: () => call('look', () => (at.isThere ? at.seen : undefined)),
      keep: {
        take: () =>
          call('take', () => {
            if (at.snapshots.length === 0) at.snapshots.push('snap-1');
            return 'snap-1';
          }),
        wait: () => call('wait', () => {}),
      },
      remove: () =>
        call('remove', () => {
          at.isThere = false;
        }),
      confirm: () => call('confirm', () => {}),
    };
    const change = (_: string, decide: (one: Entry) => Entry) =>
      call('note', () => {
        at.stored = Entry.parse(decide(at.stored));
        return at.stored;
      });
    const run = () =>
      apply(
        { ...at.stored, finding },
        removal,
        { change },
        {
          ownInstances: [],
          by: 'arn:aws:iam::123456789012:user/person',
          now: () => new Date('2026-05-21T10:00:00Z'),
          say: () => {},
        },
      );
    return {
      at,
      run,
      set kill(value: { at: number; isDone: boolean }) {
        [fails, isDone] = [value.at, value.isDone];
      },
      set onCall(value: typeof onCall) {
        onCall = value;
      },
    };
  };
  const whole = ['look', 'note', 'take', 'note', 'wait', 'look', 'remove', 'confirm', 'note'];

  test('writes before it acts, keeps the data before it removes, and looks again in between', async () => {
    const { at, run } = world();
    await run();
    assert.deepEqual(at.log, whole);
    assert.equal(at.isThere, false);
    assert.deepEqual(at.stored.application, {
      startedAt: '2026-05-21T10:00:00.000Z',
      by: 'arn:aws:iam::123456789012:user/person',
      described: { VolumeId: 'vol-1', CreateTime: made },
      finalSnapshot: 'snap-1',
      finishedAt: '2026-05-21T10:00:00.000Z',
    });
  });

  test('that is killed anywhere is taken up by the next one: one snapshot, one end, the description kept', async () => {
    for (let step = 1; step <= whole.length; step += 1) {
      for (const isDone of [false, true]) {
        const fixture = world();
        fixture.kill = { at: step, isDone };
        await assert.rejects(fixture.run(), /killed/);
        if (!fixture.at.isThere) assert.equal(fixture.at.stored.application?.finalSnapshot, 'snap-1');
        await fixture.run();
        const { isThere, snapshots, stored } = fixture.at;
        assert.deepEqual([isThere, snapshots], [false, ['snap-1']], `${step} ${isDone}`);
        assert.equal(stored.application?.finalSnapshot, 'snap-1');
        assert.ok(stored.application?.finishedAt && stored.application.described['VolumeId'] === 'vol-1');
      }
    }
  });

  test('removes nothing that changes before the last look, at whatever step', async () => {
    const isRefused = ['of its own', 'under deletion protection'];
    for (const [name, [change]] of Object.entries(changes)) {
      for (let step = 1; step <= whole.lastIndexOf('look') + 1; step += 1) {
        const fixture = world();
        fixture.onCall = (call) => {
          if (call === step) fixture.at.seen = { ...asAccepted, ...change };
        };
        await assert.rejects(fixture.run(), {
          name: isRefused.includes(name) ? 'RemovalRefusedError' : 'FindingChangedError',
        });
        assert.ok(fixture.at.isThere && !fixture.at.log.includes('remove'), `${name} at ${step}`);
      }
    }
  });

  test('waits for what AWS removes already only where a run before has asked for it', async () => {
    const foreign = world();
    foreign.at.seen = { ...asAccepted, isGoing: true, verdict: undefined };
    await assert.rejects(foreign.run(), { name: 'FindingChangedError' });
    assert.equal(foreign.at.stored.application, null);
    const own = world();
    own.kill = { at: whole.indexOf('remove') + 1, isDone: true };
    await assert.rejects(own.run(), /killed/);
    Object.assign(own.at, { isThere: true, seen: foreign.at.seen, log: [] });
    await own.run();
    assert.deepEqual(own.at.log, ['look', 'confirm', 'note']);
    assert.ok(own.at.stored.application?.finishedAt);
  });

  test('claims nothing that others removed', async () => {
    const before = world();
    before.at.isThere = false;
    await assert.rejects(before.run(), /'vol-1' is not in us-east-1 any more/);
    assert.equal(before.at.stored.application, null);
    const meanwhile = world();
    meanwhile.onCall = (call) => {
      if (call === 4) meanwhile.at.isThere = false;
    };
    await assert.rejects(meanwhile.run(), { name: 'FindingChangedError' });
  });
});

test('an interrupted run goes on with its own young snapshot only', () => {
  const now = new Date('2026-05-20T12:00:00Z');
  const snapshot = fc.record<FinalSnapshot>({
    id: fc.string(),
    volumeId: fc.constantFrom('vol-1', 'vol-2'),
    state: fc.constantFrom('pending', 'completed', 'error', 'recoverable', 'unknown'),
    createdAt: fc.option(
      fc.double({ min: 0, max: 48, noNaN: true }).map((hours) => new Date(now.getTime() - hours * 3_600_000)),
      { nil: undefined },
    ),
    tags: fc.oneof(
      fc.constantFrom('entry', 'other').map((value) => ({ [finalSnapshotTag]: value })),
      fc.constant({}),
    ),
  });
  const isUsable = ({ volumeId, state, createdAt, tags }: FinalSnapshot) =>
    volumeId === 'vol-1' &&
    tags[finalSnapshotTag] === 'entry' &&
    ['pending', 'completed'].includes(state) &&
    createdAt !== undefined &&
    now.getTime() - createdAt.getTime() < 86_400_000;
  fc.assert(
    fc.property(fc.array(snapshot), (all) => {
      const found = usableSnapshot(all, { entryId: 'entry', volumeId: 'vol-1', now });
      assert.equal(found !== undefined, all.some(isUsable));
      if (found !== undefined) {
        assert.ok(isUsable(found));
        assert.ok(all.filter(isUsable).every(({ createdAt }) => (createdAt ?? 0) <= (found.createdAt ?? 0)));
      }
    }),
  );
});
