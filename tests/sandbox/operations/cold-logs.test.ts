import assert from 'node:assert/strict';
import { gunzipSync } from 'node:zlib';
import { type AccountFixture, openAccountFixture } from '../../support/sandbox/account.ts';
import { waitUntil } from '../../support/wait-until.ts';

/** The packaged filters, stream, function and roles, from a line of a function's log to an object that is kept for a year. */
describe('logs that are kept for a year', () => {
  let fixture: AccountFixture;
  beforeAll(async () => {
    fixture = await openAccountFixture();
  });
  afterAll(() => fixture.close());

  const bucket = () =>
    fixture.sandbox.template.buckets.find(({ logicalId }) => logicalId === 'ColdLogsBucket')?.name ?? '';
  const keys = () => [...(fixture.sandbox.s3.buckets.find(bucket())?.objects.keys() ?? [])];
  const textOf = async (key: string) => {
    const body = fixture.sandbox.s3.buckets.find(bucket())?.objects.get(key)?.at(0)?.body;
    return gunzipSync((await body?.bytes()) ?? '').toString();
  };
  const kept = async () =>
    (
      await Promise.all(
        keys()
          .filter((key) => key.startsWith('logs/'))
          .map(textOf),
      )
    ).join('');

  test('lie by day as lines of JSON, masked, with their group; the mask gets none of its own', async () => {
    const { sandbox } = fixture;
    const group = '/pg-gameday/dev/collect-health';
    const secret = "LOG:  statement: alter role app password 'rosebud'";
    sandbox.logs.append(sandbox.region, group, 'planted', [{ at: Date.now(), message: secret }]);
    await fixture.run('watch-backups');
    await waitUntil('the planted line is kept', async () => {
      await sandbox.firehose.flush();
      return (await kept()).includes('alter role app');
    });
    for (const key of keys()) assert.match(key, /^logs\/\d{4}\/\d\d\/\d\d\/pg-gameday-logs-dev-.*\.gz$/);
    const lines = (await kept())
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { logGroup: string; message: string });
    const planted = lines.find(({ message }) => message.includes('alter role app'));
    assert.deepEqual([planted?.logGroup, planted?.message], [group, "LOG:  statement: alter role app password '…'"]);
    await sandbox.firehose.flush();
    assert.doesNotMatch(await kept(), /rosebud|\/pg-gameday\/dev\/cold-logs/);
    assert.deepEqual(sandbox.iam.denials(), []);
  }, 60_000);

  test('are kept apart, as they came, when they cannot be masked', async () => {
    const { sandbox } = fixture;
    const Record = { Data: Buffer.from('no gzip') };
    await fixture.call('firehose', 'PutRecord', { DeliveryStreamName: 'pg-gameday-logs-dev', Record });
    await sandbox.firehose.flush();
    const failed = keys().filter((key) => !key.startsWith('logs/'));
    assert.equal(failed.length, 1);
    assert.match(failed[0] ?? '', /^failed\/processing-failed\/\d{4}\/\d\d\/\d\d\/pg-gameday-logs-dev-/);
  }, 60_000);
});
