import assert from 'node:assert/strict';
import type { InstanceSettings } from '../../../../../shared/contracts/restore/instance-settings.ts';
import { parityChange, parityDifferences, settingDifferences } from '../../../../../shared/domain/restore/parity.ts';
import { placeOfMoment } from '../../../../../shared/domain/restore/place-of-moment.ts';
import { restorePrice } from '../../../../../shared/domain/restore/restore-price.ts';
import { settingsWanted } from '../../../../../shared/domain/restore/settings-wanted.ts';
import { settings } from '../../../../support/restore/settings.ts';

const differing = (change: Partial<InstanceSettings>) =>
  parityDifferences('own-restored-1', settings, { ...settings, ...change }).map(({ setting, kind }) => [setting, kind]);

describe('a restored instance', () => {
  test('is changed in what a restore does not bring with it, and in nothing else', () => {
    assert.deepEqual(parityChange(settings, settings), {});
    const wanted = { ...settings, logExports: ['postgresql'] };
    const bare = {
      ...settings,
      ...{ logExports: ['upgrade'], maintenanceWindow: 'mon:01:00-mon:01:30', backupWindow: '01:00-01:30' },
      ...{ backupRetentionDays: 1, securityGroupIds: ['sg-default'], isDeletionProtected: false, isMultiAz: false },
    };
    assert.deepEqual(parityChange(wanted, bare), {
      maintenanceWindow: settings.maintenanceWindow,
      backupWindow: settings.backupWindow,
      backupRetentionDays: 7,
      logExports: { on: ['postgresql'], off: ['upgrade'] },
      securityGroupIds: ['sg-1'],
    });
  });

  test('is said to differ in each setting in which it does', () => {
    assert.deepEqual(differing({}), []);
    const other: InstanceSettings = {
      ...{ instanceClass: 'db.r6g.xlarge', engineVersion: '18.5', storageGb: 200, storageType: 'io1', iops: 3000 },
      ...{ storageThroughput: 500, parameterGroup: 'b', subnetGroup: 'b', securityGroupIds: [], isMultiAz: false },
      ...{ backupRetentionDays: 1, backupWindow: 'b', maintenanceWindow: 'b', isDeletionProtected: false },
      ...{ logExports: ['upgrade'], caCertificate: 'b', monitoringSeconds: 1, monitoringRoleArn: 'b' },
      ...{ hasIamAuthentication: false, copiesTagsToSnapshots: false, upgradesMinors: true, isPublic: true },
      ...{ lifecycleSupport: 'b', kmsKeyId: 'b', tags: {} },
    };
    const found = differing(other);
    // The role of monitoring goes with its interval; tags are one by one.
    assert.equal(found.length, Object.keys(settings).length - 1);
    assert.deepEqual(
      found.filter(([, kind]) => kind === 'expected'),
      [['deletion protection', 'expected']],
      'it is protected when it is handed over',
    );
    assert.deepEqual(differing({ tags: { team: 'other' } }), [['tag team', 'left']]);
    assert.deepEqual(differing({ tags: { team: 'data', 'pg-gameday:restored-by': 'run-1' } }), []);
  });

  test('has the settings within the database of its moment, and those that were changed since are named', () => {
    const set = (setting: string, role = 'app', database = '*') => ({ role, database, setting });
    const source = [set('work_mem=64MB'), set('search_path=a, b'), set('x.y=a=b', '*', 'own')];
    assert.deepEqual(settingDifferences(source, source), []);
    const found = settingDifferences(source, [
      set('work_mem=4MB'),
      set('x.y=a=c', '*', 'own'),
      set('jit=off', 'app', 'own'),
    ]);
    assert.deepEqual(
      found.map(({ setting, source: now, candidate }) => [setting, now, candidate]),
      [
        ['search_path of role app', 'a, b', 'not set'],
        ['work_mem of role app', '64MB', '4MB'],
        ['x.y of database own', 'a=b', 'a=c'],
        ['jit of role app in database own', 'not set', 'off'],
      ],
    );
  });

  test('is to be as its source, but for what the request says', () => {
    const known = {
      source: { ...settings, tags: { team: 'data', 'pg-gameday:made-by': 'x' } },
      snapshot: undefined,
      subnetGroup: undefined,
    };
    assert.deepEqual(settingsWanted(known, {}), { settings, notes: [] });
    const { settings: wanted, notes } = settingsWanted(known, {
      instanceClass: 'db.m6g.large',
      securityGroupIds: ['sg-9', 'sg-2'],
    });
    assert.deepEqual(wanted, { ...settings, instanceClass: 'db.m6g.large', securityGroupIds: ['sg-2', 'sg-9'] });
    assert.equal(notes.length, 2);
  });

  test('where its source is not, is as the tags of a snapshot and the request say, or unknown', () => {
    const tags = { 'pg-gameday:instance-class': 'db.r6g.large', 'pg-gameday:parameter-group': 'own' };
    const snapshot = {
      id: 's',
      instanceId: 'own-dev',
      status: 'available',
      storageGb: 50,
      engineVersion: '18.4',
      tags,
    };
    const away = { source: undefined, snapshot, subnetGroup: 'isolated' };
    const { settings: wanted, notes } = settingsWanted(away, {});
    assert.deepEqual(
      [wanted?.instanceClass, wanted?.parameterGroup, wanted?.subnetGroup, wanted?.storageGb, wanted?.isPublic],
      ['db.r6g.large', 'own', 'isolated', 50, false],
    );
    assert.equal(notes.length, 2);
    assert.equal(settingsWanted({ ...away, snapshot: { ...snapshot, tags: {} } }, {}).settings, undefined);
    assert.equal(settingsWanted({ ...away, snapshot: undefined }, {}).settings, undefined);
  });

  test('costs as much again with a standby, and nobody knows what where a price is unknown', () => {
    const prices = {
      instanceHour: { 'db.r6g.large': 0.2 },
      storageGbMonth: { gp3: 0.1 },
      snapshotGbMonth: 0,
      transferGb: 0,
    };
    const one = restorePrice({ ...settings, isMultiAz: false }, prices);
    assert.deepEqual(
      [one, restorePrice(settings, prices)],
      [
        { day: 5.13, month: 156 },
        { day: 10.26, month: 312 },
      ],
    );
    assert.deepEqual(restorePrice({ ...settings, instanceClass: 'db.x2.large' }, prices), { day: null, month: null });
  });

  test('holds nothing from after the moment that was asked for', () => {
    const moment = { kind: 'moment', time: '2026-03-01T05:00:00Z' } as const;
    assert.equal(placeOfMoment(moment, '2026-03-01T05:00:00.000Z').problem, undefined);
    assert.match(placeOfMoment(moment, '2026-03-01T05:00:00.001Z').problem ?? '', /after the moment/);
    assert.equal(placeOfMoment(moment, null).problem, undefined);
    assert.equal(placeOfMoment({ kind: 'snapshot', snapshotId: 's' }, '2999-01-01T00:00:00Z').problem, undefined);
  });
});
