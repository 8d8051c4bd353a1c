import assert from 'node:assert/strict';
import { acceptedEntry } from '../../../operator/recommendations/accept.ts';
import { applyCommand } from '../../../operator/recommendations/apply-command.ts';
import { doneCommand } from '../../../operator/recommendations/done-command.ts';
import { makeEc2 } from '../../../sandbox/services/ec2/ec2.ts';
import { Entry } from '../../../shared/contracts/recommendations.ts';
import type { WasteFinding } from '../../../shared/contracts/waste.ts';
import { openRecommendationsFixture, type RecommendationsFixture } from '../../support/recommendations-fixture.ts';

describe('npm run recommendations -- apply', () => {
  let fixture: RecommendationsFixture;
  const ec2 = makeEc2({ account: '123456789012' });
  const region = 'us-east-1';
  const now = Date.now();
  const daysAgo = (days: number) => new Date(now - days * 86_400_000);
  const made = daysAgo(100);
  const common = { region, aMonth: 40, basis: 'of the test', difficulty: 'careful', action: 'aws …' } as const;
  const ofVolume = (id: string): WasteFinding => ({
    ...common,
    id: `unattached-volume/${region}/${id}`,
    kind: 'unattached-volume',
    resource: id,
    evidence: 'gp3 volume, 100 days old, attached to no machine',
    createdAt: made.toISOString(),
    billedAs: { service: 'EC2 - Other', usageType: 'EBS:VolumeUsage.gp3' },
  });
  const address: WasteFinding = {
    ...common,
    id: `unassociated-address/${region}/eipalloc-1`,
    kind: 'unassociated-address',
    resource: 'eipalloc-1',
    evidence: '192.0.2.1 is associated with nothing',
    billedAs: { service: 'Amazon Virtual Private Cloud', usageType: 'PublicIPv4:IdleAddress' },
  };
  const image: WasteFinding = {
    ...common,
    id: `old-image/${region}/ami-1`,
    kind: 'old-image',
    resource: 'ami-1',
    evidence: 'old',
  };
  const volumes = () => ec2.regions.in(region).volumes;
  const snapshots = () => [...ec2.regions.in(region).snapshots.values()];
  const putVolume = (VolumeId: string) =>
    volumes().set(VolumeId, { VolumeId, CreateTime: made, State: 'available', VolumeType: 'gp3', Size: 500 });
  const entryOf = async (id: string) => (await fixture.recommendations.read()).entries.find((one) => one.id === id);
  const apply = ({ id }: WasteFinding, ...args: string[]) => fixture.run('apply', '--id', id, ...args);
  /** The same in this process, which is faster: its exit code, or the error that the command line prints. */
  const applyHere = ({ id }: { id: string }) =>
    applyCommand(fixture.recommendations, { id, operations: 'operations.yml', isMeant: true }).catch(
      (error: Error) => error,
    );

  beforeAll(async () => {
    fixture = await openRecommendationsFixture([ec2]);
    Object.assign(process.env, fixture.environment);
    const findings = [...['vol-a', 'vol-b', 'vol-c', 'vol-d'].map(ofVolume), address, image];
    for (const finding of findings.filter(({ resource }) => resource !== 'vol-d')) {
      const how = { by: 'A. Person', on: '2026-05-20', costs: undefined };
      await fixture.recommendations.addDecided((recommendations) => acceptedEntry(recommendations, finding, how));
    }
    for (const id of ['vol-a', 'vol-b', 'vol-c', 'vol-d', 'vol-untouched']) putVolume(id);
    ec2.regions.in(region).addresses.set('eipalloc-1', { AllocationId: 'eipalloc-1', PublicIp: '192.0.2.1' });
  });
  afterAll(() => fixture.close());
  afterEach(() => {
    fixture.intercept = undefined;
  });

  test('changes nothing without --yes: it prints the plan', async () => {
    const changing: string[] = [];
    fixture.intercept = ({ operation }, _input, next) => {
      if (!/^(Get|List|Describe)/.test(operation)) changing.push(operation);
      return next();
    };
    const { code, text } = await apply(ofVolume('vol-a'));
    assert.deepEqual([code, changing], [0, []]);
    assert.match(text, /40\.00 a month, accepted on \S+ by A\. Person\nNow: gp3 volume, 100 days old/);
    assert.match(text, /2\. take a snapshot of vol-a[\s\S]*5\. delete volume vol-a[\s\S]*Add --yes/);
  });

  test('removes a volume with a final snapshot, and nothing else', async () => {
    const { code, text } = await apply(ofVolume('vol-a'), '--yes');
    assert.equal(code, 0, text);
    assert.deepEqual([...volumes().keys()], ['vol-b', 'vol-c', 'vol-d', 'vol-untouched']);
    const [snapshot, ...others] = snapshots();
    assert.deepEqual([snapshot?.VolumeId, others], ['vol-a', []]);
    const { application } = (await entryOf(ofVolume('vol-a').id)) ?? {};
    assert.equal(application?.finalSnapshot, snapshot?.SnapshotId);
    assert.match(application?.by ?? '', /^arn:aws:/);
    assert.deepEqual([application?.described['VolumeId'], application?.described['Size']], ['vol-a', 500]);
    const again = await apply(ofVolume('vol-a'), '--yes');
    assert.deepEqual([again.code, /was applied at/.test(again.text)], [1, true]);
    const list = (await fixture.run('list')).text;
    assert.match(list, /^done \d{4}-\d\d-\d\d\s+\S+\s+unattached-volume\S+vol-a\s+40\.00\s+not known yet/m);
    assert.match(list, /; done: 1, 40\.00\.$/m);
  });

  test('killed between snapshot and deletion, it goes on with the snapshot that it has', async () => {
    const own = () => snapshots().filter(({ VolumeId }) => VolumeId === 'vol-b');
    fixture.intercept = ({ operation }, _input, next) => {
      if (operation !== 'DeleteVolume') return next();
      fixture.kill();
      return new Promise(() => {});
    };
    await apply(ofVolume('vol-b'), '--yes');
    assert.deepEqual([own().length, volumes().has('vol-b')], [1, true]);
    assert.equal((await entryOf(ofVolume('vol-b').id))?.application?.finishedAt, null);
    assert.match((await fixture.run('list')).text, /^begun .*vol-b/m);
    fixture.intercept = undefined;
    assert.equal((await apply(ofVolume('vol-b'), '--yes')).code, 0);
    assert.deepEqual([own().length, volumes().has('vol-b')], [1, false]);
  });

  const refusals: Readonly<Record<string, readonly [() => void, RegExp]>> = {
    'was protected since': [
      () =>
        volumes().set('vol-c', {
          ...volumes().get('vol-c'),
          Tags: [{ Key: 'pg-gameday:protected', Value: 'audit' }],
        }),
      /'vol-c' bears the tag pg-gameday:protected now: audit/,
    ],
    'was made anew': [
      () => volumes().set('vol-c', { ...volumes().get('vol-c'), CreateTime: daysAgo(50) }),
      /was made at/,
    ],
    'was attached since': [
      () =>
        volumes().set('vol-c', { ...volumes().get('vol-c'), State: 'in-use', Attachments: [{ InstanceId: 'i-1' }] }),
      /not assessed to be waste any more: state 'in-use', 1 attachments/,
    ],
    'was changed since': [
      () => volumes().set('vol-c', { ...volumes().get('vol-c'), VolumeType: 'io2' }),
      /VolumeUsage\.io2/,
    ],
    'is gone': [() => volumes().delete('vol-c'), /'vol-c' is not in us-east-1 any more/],
  };
  for (const [what, [change, message]] of Object.entries(refusals)) {
    test(`does not remove one that ${what}, and takes no snapshot of it`, async () => {
      putVolume('vol-c');
      change();
      const left = volumes().get('vol-c');
      const refusal = String(await applyHere(ofVolume('vol-c')));
      assert.match(refusal, message);
      assert.match(refusal, /HINT: /);
      assert.deepEqual(volumes().get('vol-c'), left);
      assert.deepEqual(
        snapshots().filter(({ VolumeId }) => VolumeId === 'vol-c'),
        [],
      );
      assert.equal((await entryOf(ofVolume('vol-c').id))?.application, null);
    });
  }

  test('does not remove one that is protected or attached while its snapshot is taken', async () => {
    for (const operation of ['CreateSnapshot', 'DeleteVolume']) {
      putVolume('vol-c');
      fixture.intercept = (context, _input, next) => {
        if (context.operation === operation) {
          const change = { State: 'in-use' as const, Attachments: [{ InstanceId: 'i-1' }] };
          volumes().set('vol-c', { ...volumes().get('vol-c'), ...change });
        }
        return next();
      };
      const refusal = String(await applyHere(ofVolume('vol-c')));
      assert.match(refusal, /^FindingChangedError: .*(state 'in-use'|attached to a machine now)/);
      assert.ok(volumes().has('vol-c'));
    }
  });

  test('waits until the snapshot is completed, and keeps a volume whose snapshot failed', async () => {
    const { id } = ofVolume('vol-c');
    for (const end of ['error', 'completed'] as const) {
      putVolume('vol-c');
      ec2.regions.in(region).snapshots.clear();
      const Tags = [{ Key: 'pg-gameday:final-snapshot-of', Value: id }];
      const begun = { SnapshotId: 'snap-begun', VolumeId: 'vol-c', StartTime: daysAgo(0.9), Progress: '40%', Tags };
      ec2.regions.in(region).snapshots.set('snap-begun', { ...begun, State: 'pending' });
      let pauses = 0;
      const pause = async () => {
        pauses += 1;
        assert.ok(volumes().has('vol-c'));
        if (pauses === 3) ec2.regions.in(region).snapshots.set('snap-begun', { ...begun, State: end });
      };
      const outcome = await applyCommand(fixture.recommendations, {
        id,
        operations: 'operations.yml',
        isMeant: true,
        pause,
      }).catch((error: Error) => String(error));
      assert.equal(pauses, 3);
      assert.match(String(outcome), end === 'error' ? /^SnapshotFailedError: .*'snap-begun'.* is 'error'/ : /^0$/);
      assert.equal(volumes().has('vol-c'), end === 'error');
      assert.deepEqual([...ec2.regions.in(region).snapshots.keys()], ['snap-begun']);
    }
  });

  test('removes only what was accepted', async () => {
    for (const id of ['vol-d', 'vol-untouched']) {
      assert.match(String(await applyHere(ofVolume(id))), /^NotAcceptedError: .* is not in the recommendations/);
    }
    const what = { id: 'd', what: 'smaller', service: 'AWS Lambda', acceptedOn: '2026-05-20', expectedMonthly: 5 };
    await fixture.recommendations.add(Entry.parse({ ...what, usageType: null }));
    assert.match(String(await applyHere({ id: 'd' })), /^NotAcceptedError: .*was added by hand/);
    assert.ok(volumes().has('vol-d') && volumes().has('vol-untouched'));
  });

  test('releases an address, and says of what is for a person that nothing was done', async () => {
    const { addresses } = ec2.regions.in(region);
    addresses.set('eipalloc-1', { AllocationId: 'eipalloc-1', PublicIp: '192.0.2.1', AssociationId: 'eipassoc-1' });
    assert.match(String(await applyHere(address)), /not assessed to be waste any more: 192\.0\.2\.1 is associated/);
    addresses.set('eipalloc-1', { AllocationId: 'eipalloc-1', PublicIp: '192.0.2.1' });
    assert.equal(await applyHere(address), 0);
    assert.equal(addresses.size, 0);
    assert.equal((await entryOf(address.id))?.application?.described['PublicIp'], '192.0.2.1');
    assert.equal(await applyHere(image), 3);
    assert.equal((await entryOf(image.id))?.application, null);
  });

  test('notes what a person has done, and believes it of nothing that is still there', async () => {
    const done = ({ id }: WasteFinding) =>
      doneCommand(fixture.recommendations, { id, by: 'A. Person', operations: 'operations.yml' }).catch(
        (error: Error) => error,
      );
    assert.equal(await done(image), 0);
    assert.equal((await entryOf(image.id))?.application?.by, 'A. Person');
    assert.equal(await done(image), 1);
    assert.match(String(await done(ofVolume('vol-d'))), /^NotAcceptedError/);
    const how = { by: 'A. Person', on: '2026-05-20', costs: undefined };
    await fixture.recommendations.addDecided((recommendations) =>
      acceptedEntry(recommendations, ofVolume('vol-d'), how),
    );
    assert.match(String(await done(ofVolume('vol-d'))), /^FindingChangedError: .*'vol-d' is still there/);
    volumes().delete('vol-d');
    assert.equal(await done(ofVolume('vol-d')), 0);
    assert.match((await fixture.run('done', '--id', image.id)).text, /--by is missing/);
  });
});
