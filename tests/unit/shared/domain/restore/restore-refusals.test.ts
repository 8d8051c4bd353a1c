import assert from 'node:assert/strict';
import type { InstanceSettings } from '../../../../../shared/contracts/restore/instance-settings.ts';
import { type PlaceFacts, restoreRefusals } from '../../../../../shared/domain/restore/restore-refusals.ts';
import { settings } from '../../../../support/restore/settings.ts';

const sound: PlaceFacts = {
  ...{ region: 'us-east-1', candidateId: 'own-restored-1', approvers: ['arn:aws:iam::123456789012:user/anna'] },
  isNameTaken: { found: false },
  quotas: { found: { instances: { used: 39, most: 40 }, storageGb: { used: 900, most: 1000 } } },
  offers: { found: [{ zones: ['us-east-1a', 'us-east-1b'], storageType: 'gp3', canBeMultiAz: true }] },
  subnets: {
    found: [
      { id: 'subnet-a', zone: 'us-east-1a' },
      { id: 'subnet-b', zone: 'us-east-1b' },
    ],
  },
  freeAddresses: {
    found: new Map([
      ['subnet-a', 0],
      ['subnet-b', 1],
    ]),
  },
  hasParameterGroup: { found: true },
  key: { found: { id: 'key', state: 'Enabled' } },
  selfStarting: { found: [] },
};
const refused = (change: Partial<PlaceFacts>, of: Partial<InstanceSettings> = {}) =>
  restoreRefusals({ ...settings, ...of }, { ...sound, ...change }).refusals.map(({ reason }) => reason);

describe('a restore', () => {
  test('is not refused where nothing speaks against it', () => {
    assert.deepEqual(restoreRefusals(settings, sound), { refusals: [], notes: [] });
    assert.deepEqual(
      refused({ key: { found: 'none' }, quotas: { found: { instances: undefined, storageGb: undefined } } }),
      [],
    );
  });

  for (const [what, change, of, reason] of [
    ['an instance of its name is there', { isNameTaken: { found: true } }, {}, /'own-restored-1' exists already/],
    [
      'no instance is left',
      { quotas: { found: { instances: { used: 40, most: 40 }, storageGb: undefined } } },
      {},
      /40 of 40 DB instances/,
    ],
    ['no storage is left', {}, { storageGb: 101 }, /101 GB are needed, 100 GB of the account's 1000 GB/],
    ['RDS offers no such class', { offers: { found: [] } }, {}, /no 'db.r6g.large' for PostgreSQL 18.4/],
    ['RDS offers it not with that storage', {}, { storageType: 'io2' }, /not with storage of type 'io2'/],
    [
      'RDS offers it not as Multi-AZ',
      { offers: { found: [{ zones: ['us-east-1a'], storageType: 'gp3', canBeMultiAz: false }] } },
      {},
      /not as Multi-AZ/,
    ],
    [
      'RDS offers it in another zone',
      { offers: { found: [{ zones: ['us-east-1f'], storageType: 'gp3', canBeMultiAz: true }] } },
      {},
      /in no zone of the subnet group: us-east-1a, us-east-1b/,
    ],
    ['its subnet group is not here', { subnets: { found: undefined } }, {}, /subnet group 'own' does not exist/],
    [
      'a standby has no zone',
      { subnets: { found: [{ id: 'subnet-a', zone: 'us-east-1a' }] } },
      {},
      /in 1 zone, a Multi-AZ instance needs 2/,
    ],
    [
      'no address is free',
      { freeAddresses: { found: new Map([['subnet-a', 0]]) } },
      {},
      /none of the subnets subnet-a has a free address/,
    ],
    [
      'its parameter group is not here',
      { hasParameterGroup: { found: false } },
      {},
      /parameter group 'own' does not exist/,
    ],
    [
      'the key is disabled',
      { key: { found: { id: 'key', state: 'Disabled' } } },
      {},
      /key 'key' of the backup is 'Disabled'/,
    ],
    [
      'it would act by itself',
      { selfStarting: { found: ['jobs of pg_cron would run'] } },
      {},
      /jobs of pg_cron would run/,
    ],
    ['nobody may answer', { approvers: [] }, {}, /nobody may answer/],
  ] as const satisfies readonly (readonly [string, Partial<PlaceFacts>, Partial<InstanceSettings>, RegExp])[]) {
    test(`is refused when ${what}`, () => {
      const found = refused(change, of);
      assert.equal(found.length, 1, found.join());
      assert.match(found.join(), reason);
    });
  }

  test('names everything at once, and notes what could not be looked at', () => {
    const { refusals, notes } = restoreRefusals(settings, {
      ...sound,
      ...{ approvers: [], hasParameterGroup: { found: false }, quotas: { failed: 'AccessDeniedError: role may not' } },
    });
    assert.equal(refusals.length, 2);
    assert.ok(refusals.every(({ remedy }) => remedy.length > 20));
    assert.deepEqual(notes, ['the quotas of RDS could not be looked at: AccessDeniedError: role may not']);
  });

  test('of one zone wants a single subnet, and no standby', () => {
    const one = {
      subnets: { found: [{ id: 'subnet-a', zone: 'us-east-1a' }] },
      offers: { found: [{ zones: ['us-east-1a'], storageType: 'gp3', canBeMultiAz: false }] },
    };
    assert.deepEqual(refused(one, { isMultiAz: false }), []);
  });
});
