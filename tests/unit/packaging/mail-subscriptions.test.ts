import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { stringify } from 'yaml';
import mailSubscriptions from '../../../packaging/cloudformation/mail-subscriptions.cjs';
import { policyWith } from '../shared/policy/operations-text.ts';

describe('the addresses of operations.yml', () => {
  let place: string;
  beforeAll(() => {
    place = mkdtempSync(path.join(tmpdir(), 'mail-subscriptions-'));
  });
  afterAll(async () => {
    delete process.env['OPERATIONS_FILE'];
    await rm(place, { recursive: true });
  });

  const made = async (email: readonly object[] | undefined) => {
    const file = path.join(place, 'operations.yml');
    writeFileSync(file, stringify(policyWith({ 'stages.prod.receivers.email': email })));
    process.env['OPERATIONS_FILE'] = file;
    return (await mailSubscriptions({ resolveVariable: async () => 'prod' })).Resources;
  };
  const oncall = { address: 'oncall@example.com' };
  const lead = { address: 'lead@example.com', severities: ['P1', 'P2'] };

  test('get all that goes by mail, or the severities that they want', async () => {
    assert.deepEqual(
      Object.values(await made([oncall, lead])).map(({ Properties }) => [Properties.Endpoint, Properties.FilterPolicy]),
      [
        ['oncall@example.com', undefined],
        ['lead@example.com', { severity: ['P1', 'P2'] }],
      ],
    );
    assert.deepEqual(await made(undefined), {});
  });

  test('keep their subscriptions, and need not confirm again, when others come, go or change places', async () => {
    const [[first]] = Object.entries(await made([oncall])) as [[string, unknown]];
    const more = await made([lead, oncall]);
    assert.equal(Object.keys(more).length, 2);
    assert.equal(more[first]?.Properties.Endpoint, 'oncall@example.com');
  });
});
