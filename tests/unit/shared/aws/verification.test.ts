import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import type { Finding } from '../../../../shared/contracts/verification.ts';
import '../policy/load-operations.ts';

const { rung, storeRungs } = await import('../../../../shared/aws/verification/verification.ts');

const finding = (status: Finding['status'], object: string): Finding => ({ object, status, problem: 'is odd' });

describe('a rung', () => {
  test('without findings, or with notes only, is passed', () => {
    assert.deepEqual(rung('schema', [], '12 objects equal'), {
      name: 'schema',
      status: 'passed',
      summary: '12 objects equal',
      findings: [],
    });
    assert.equal(rung('structure', [finding('note', 'index a')], 'sound').status, 'passed');
  });

  test('is as bad as its worst finding, and reports the first of those', () => {
    const gap = rung('tables', [finding('note', 'a'), finding('gap', 'b'), finding('gap', 'c')], 'equal');
    assert.deepEqual([gap.status, gap.summary], ['gap', 'b is odd and 1 more']);
    const failed = rung('tables', [finding('gap', 'b'), finding('failed', 'd')], 'equal');
    assert.deepEqual([failed.status, failed.summary], ['failed', 'd is odd']);
    assert.equal(failed.findings.length, 2);
  });
});

test('rungs are stored whole under a key of their task, and the answer carries only their statuses', async () => {
  const stored = new Map<string, string>();
  const store = {
    put: () => Promise.reject(new Error('rungs are written once')),
    async putNew(key: string, body: string | Buffer) {
      const isNew = !stored.has(key);
      if (isNew) stored.set(key, String(body));
      return isNew;
    },
    exists: () => Promise.resolve(false),
    getText: () => Promise.resolve(undefined),
    digestOf: () => Promise.resolve(undefined),
    listKeys: () => Promise.resolve([]),
    openGzipLines: () => Promise.resolve(undefined),
  };
  const report = { rungs: [rung('schema', [], 'equal'), rung('sequences', [finding('failed', 's')], 'equal')] };
  const first = await storeRungs(store, 'prefix', 'verify-schema', report);
  const sha256 = createHash('sha256').update(JSON.stringify(report)).digest('hex');
  const rungsKey = `prefix/rungs/verify-schema.${sha256.slice(0, 16)}.json`;
  assert.deepEqual(first, {
    rungsKey,
    statuses: { schema: 'passed', sequences: 'failed' },
    digests: { [rungsKey]: sha256 },
  });
  assert.deepEqual(await storeRungs(store, 'prefix', 'verify-schema', report), first);
  assert.deepEqual(JSON.parse(stored.get(first.rungsKey) ?? ''), report);
});
