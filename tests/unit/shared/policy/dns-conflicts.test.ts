import assert from 'node:assert/strict';
import { namesWithoutGround } from '../../../../shared/policy/conflicts/dns.ts';
import { operations } from './load-operations.ts';

test('a name wants a zone, a lease to follow, and two endpoints', () => {
  const { stages, ...common } = operations();
  const { fantasy } = stages.dev.databases;
  assert.ok(fantasy?.dns);
  const faults = (change: object, ofStage: object = {}) => {
    const dev = {
      ...stages.dev,
      ...ofStage,
      databases: { ...stages.dev.databases, fantasy: { ...fantasy, ...change } },
    };
    return [...namesWithoutGround({ ...common, stages: { ...stages, dev } })].map(({ path }) => path);
  };
  const at = 'stages.dev.databases.fantasy.dns';
  assert.deepEqual(faults({}), []);
  assert.deepEqual(faults({ dns: undefined }, { dns: undefined }), []);
  assert.deepEqual(faults({}, { dns: undefined }), [at]);
  assert.deepEqual(faults({ lease: { mode: 'off' } }), [at]);
  assert.deepEqual(faults({ dns: { ...fantasy.dns, second: fantasy.dns.primary } }), [`${at}.second`]);
});
