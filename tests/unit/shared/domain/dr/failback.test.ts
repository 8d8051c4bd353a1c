import assert from 'node:assert/strict';
import { failbackRefusals } from '../../../../../shared/domain/dr/failback-refusals.ts';
import { asideName, type SideInstance, sidesOf } from '../../../../../shared/domain/dr/failback-sides.ts';
import { partedAtTag, snapshotOfTag } from '../../../../../shared/domain/dr/parted-at.ts';
import { acceptanceRefusals, acceptedText } from '../../../../../shared/domain/dr/stranded.ts';

const one = (id: string, change: Partial<SideInstance> = {}): SideInstance => ({
  ...{ id, arn: `arn:${id}`, resourceId: `db-${id}`, status: 'available', tags: {} },
  ...{ isMultiAz: false, backupRetentionDays: 7, ...change },
});
const promotedTags = { 'pg-gameday:replica-of': 'fantasy', 'pg-gameday:promoted-by': 'run-1' };
const dr = one('fantasy-dr', { tags: promotedTags });
const old = one('fantasy-dev');
const aside = one(asideName('fantasy-dev', dr), {
  resourceId: old.resourceId,
  tags: { 'pg-gameday:set-aside-of': 'fantasy' },
});
const replica = one('fantasy-dev', {
  ...{ resourceId: 'db-new', sourceId: dr.arn, tags: { 'pg-gameday:replica-of': 'fantasy' } },
});
const asked = { instance: 'fantasy-dev', database: 'fantasy', holder: 'fantasy-dr' };

describe('who is who after a promotion', () => {
  test('goes by the lease, and without one by the tags of what was promoted and not replaced yet', () => {
    assert.equal(sidesOf(asked, [old], [dr]).current, dr);
    assert.equal(sidesOf({ ...asked, holder: '' }, [old], [dr]).current, undefined, 'the lease is of another region');
    const leaseless = { ...asked, holder: null };
    assert.equal(sidesOf(leaseless, [old], [dr, one('other')]).current, dr);
    for (const tags of [{}, { ...promotedTags, 'pg-gameday:replaced-by': 'run-2' }, { 'pg-gameday:promoted-by': 'x' }])
      assert.equal(sidesOf(leaseless, [old], [one('fantasy-dr', { tags })]).current, undefined);
    assert.equal(sidesOf(leaseless, [old], [dr, one('twin', { tags: promotedTags })]).current, undefined);
    assert.equal(
      sidesOf(leaseless, [old], [one('fantasy-dr', { tags: promotedTags, sourceId: 'x' })]).current,
      undefined,
    );
  });

  test('takes what bears the name for the old primary, until that was set aside', () => {
    assert.deepEqual([sidesOf(asked, [old], [dr]).old, sidesOf(asked, [old], [dr]).replica], [old, undefined]);
    const rebuilt = sidesOf(asked, [aside, replica], [dr]);
    assert.deepEqual([rebuilt.old, rebuilt.replica, rebuilt.stranger], [aside, replica, undefined]);
    const between = sidesOf(asked, [aside], [dr]);
    assert.deepEqual([between.old, between.replica, between.stranger], [aside, undefined, undefined]);
  });

  test('takes a replica of somebody else, and an instance beside what was set aside, for neither', () => {
    const other = { ...replica, sourceId: 'arn:other' };
    assert.deepEqual([sidesOf(asked, [other], [dr]).stranger, sidesOf(asked, [other], [dr]).old], [other, undefined]);
    assert.equal(sidesOf(asked, [aside, old], [dr]).stranger, old);
    const foreign = { ...aside, tags: { 'pg-gameday:set-aside-of': 'other' } };
    assert.equal(sidesOf(asked, [foreign], [dr]).old, undefined, 'of another database');
  });

  test('gives the old primary a name that RDS takes, and the same one for as long as the primary is the same', () => {
    for (const name of ['fantasy-dev', 'a', `${'x'.repeat(39)}-y`, 'z'.repeat(63)]) {
      const made = asideName(name, dr);
      assert.match(made, /^[a-z](?!.*--)[a-z0-9-]{1,62}$/);
      assert.equal(made, asideName(name, { resourceId: dr.resourceId }));
    }
    assert.notEqual(asideName('fantasy-dev', dr), asideName('fantasy-dev', { resourceId: 'db-other' }));
  });
});

describe('a failback is refused', () => {
  const sides = sidesOf(asked, [old], [dr]);
  const facts = {
    ...sides,
    ...{ here: 'us-east-1', first: 'us-east-1', second: 'us-west-2', database: 'fantasy', instance: 'fantasy-dev' },
    ...{ canFence: true, fenceFaults: [], lease: { holder: 'us-west-2/fantasy-dr', silent: [] } },
  };
  const order = { database: 'fantasy', mode: 'failback' as const, reason: 'a test' };
  const reasons = (change: Partial<typeof facts>, request: Parameters<typeof failbackRefusals>[1] = order) =>
    failbackRefusals({ ...facts, ...change }, request).map(({ reason, remedy }) => `${reason}: ${remedy}`);

  test('for nothing where everything is as it should be', () => {
    assert.deepEqual(reasons({}), []);
    assert.deepEqual(reasons({}, { database: 'fantasy', mode: 'plan' }), []);
    assert.deepEqual(reasons({ ...sidesOf(asked, [aside, replica], [dr]) }), []);
    assert.deepEqual(
      reasons({ ...sidesOf(asked, [{ ...aside, status: 'stopped' }], [dr]) }),
      [],
      'it need not be renamed',
    );
  });

  for (const [what, change, expected] of [
    ['in the wrong region', { here: 'us-west-2' }, /first region of the stage is us-east-1/],
    [
      'when two registers are silent',
      { lease: { holder: 'us-west-2/fantasy-dr', silent: ['a', 'b'] } },
      /do not answer/,
    ],
    ['without a fence', { canFence: false }, /capabilities\.fence is not set/],
    ['whose fence would leak', { fenceFaults: ["'app' is open"] }, /would leak: 'app' is open/],
    [
      'when the primary is home',
      { current: undefined, lease: { holder: 'us-east-1/fantasy-dev', silent: [] } },
      /us-east-1\/fantasy-dev's/,
    ],
    ['of a primary that is busy', { current: { ...dr, status: 'modifying' } }, /'fantasy-dr' is 'modifying'/],
    ['of a primary without backups', { current: { ...dr, backupRetentionDays: 0 } }, /no automated backups/],
    ['over a stranger', { stranger: one('fantasy-dev'), old: undefined }, /neither the old primary nor a replica/],
    ['with a replica that nobody has allowed', { replica: { ...replica, tags: {} } }, /does not bear the tag/],
    ['with a replica that has failed', { replica: { ...replica, status: 'failed' } }, /does not come back by itself/],
    ['when the old primary is gone', { old: undefined }, /'fantasy-dev' is gone.*Make a read replica/],
    [
      'when the old primary is stopped',
      { old: { ...old, status: 'stopped' } },
      /RDS renames an available instance only/,
    ],
  ] as const)
    test(what, () => assert.match(reasons(change as Partial<typeof facts>).join('\n'), expected));

  test('without a reason, but for a plan', () =>
    assert.match(reasons({}, { database: 'fantasy', mode: 'rebuild' }).join(), /gives no reason/));
});

describe('what is stranded', () => {
  const sha256 = 'a'.repeat(64);
  const table = { table: 'public.t', key: ['id'], onlyThere: 2, differs: 1, first: [['1']], sha256: 'b'.repeat(64) };
  const found = {
    ...{ database: 'fantasy', old: { region: 'us-east-1', instanceId: 'fantasy-dev', resourceId: 'db-1' } },
    ...{ current: { region: 'us-west-2', instanceId: 'fantasy-dr' }, partedAt: '740:742:', rows: 3, tables: [table] },
    ...{ heartbeats: [], notRead: [], transactions: 3 },
  };
  const nobody = { accept: null, acceptUnknown: null };

  test('needs nobody’s word where there is nothing, and all was read', () => {
    assert.deepEqual(acceptanceRefusals({ rows: 0, notRead: [], sha256 }, nobody), []);
  });

  test('must be accepted by exactly its own SHA-256', () => {
    const rows = { rows: 3, notRead: [], sha256 };
    assert.match(acceptanceRefusals(rows, nobody)[0]?.reason ?? '', /3 rows.*nobody has accepted/);
    assert.match(acceptanceRefusals(rows, { ...nobody, accept: 'c'.repeat(64) })[0]?.reason ?? '', /cccc.*is accepted/);
    assert.deepEqual(acceptanceRefusals(rows, { ...nobody, accept: sha256 }), []);
  });

  test('and is unknown, must be accepted as unknown in words, too', () => {
    const unknown = { rows: 0, notRead: [{ what: 'the old primary', why: 'it is gone' }], sha256 };
    const word = 'the region is lost for good';
    assert.equal(acceptanceRefusals(unknown, nobody).length, 2);
    assert.match(
      acceptanceRefusals(unknown, { accept: sha256, acceptUnknown: null })[0]?.remedy ?? '',
      /acceptUnknown/,
    );
    assert.match(acceptanceRefusals(unknown, { accept: null, acceptUnknown: word })[0]?.reason ?? '', /is unknown/);
    assert.deepEqual(acceptanceRefusals(unknown, { accept: sha256, acceptUnknown: word }), []);
  });

  test('is another report with every row, table, instance, or part that was not read, and with nothing else', () => {
    const text = acceptedText(found);
    for (const other of [
      { ...found, database: 'own' },
      { ...found, old: { ...found.old, resourceId: 'db-2' } },
      { ...found, old: null },
      { ...found, partedAt: '1:1:' },
      { ...found, tables: [] },
      { ...found, tables: [{ ...table, onlyThere: 3 }] },
      { ...found, tables: [{ ...table, sha256: 'd'.repeat(64) }] },
      { ...found, notRead: [{ what: 'public.x', why: '' }] },
    ])
      assert.notEqual(acceptedText(other), text);
    assert.equal(acceptedText({ ...found, transactions: 99, old: { ...found.old, instanceId: 'renamed' } }), text);
  });

  test('is known from the snapshot in a tag, which has no commas and an end', () => {
    assert.equal(partedAtTag('740:742:740,741'), '740:742:740.741');
    assert.equal(snapshotOfTag('740:742:740.741'), '740:742:740,741');
    assert.equal(snapshotOfTag(partedAtTag('5:5:')), '5:5:');
    const many = `10:999999:${Array.from({ length: 90 }, (_, index) => 100_000 + index).join(',')}`;
    assert.equal(partedAtTag(many), '10:10:', 'then all from the oldest one on is unknown');
    for (const none of [undefined, '', 'x', '1:2', '1:2:3.']) assert.equal(snapshotOfTag(none), undefined);
    assert.throws(() => partedAtTag('none'), RangeError);
  });
});
