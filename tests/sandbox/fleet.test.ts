import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type FleetBed, openFleetBed } from '../support/sandbox-fleet.ts';

/** `npm run fleet` takes twelve. */
const size = Number(process.env['FLEET_DATABASES'] ?? 4);

describe(`a night of ${size} databases`, () => {
  let bed: FleetBed;
  before(async () => {
    bed = await openFleetBed(size);
  });
  after(() => bed?.close());

  test('proves all but the two that are broken in different ways, and names these with their reasons', async (context) => {
    const [damaged = '', locked = '', sound = ''] = bed.databases;
    const alone = await bed.runAlone(sound);
    bed.damage(damaged);
    bed.spoilSecret(locked);
    const { status, cause, record, seconds } = await bed.runNight();
    context.diagnostic(`${size} databases: ${seconds.toFixed(1)} s; one alone: ${alone.toFixed(1)} s`);

    assert.equal(status, 'FAILED');
    assert.match(cause, new RegExp(`^2 of ${size} backups are not proven: ${damaged}, ${locked} \\(nightly-backup/`));
    const entries = new Map(record.databases.map((entry) => [entry.database, entry]));
    assert.deepEqual([...entries.keys()], bed.databases);
    assert.match(entries.get(damaged)?.reason ?? '', /BackupNotProven: .*orders/);
    assert.match(entries.get(locked)?.reason ?? '', /CredentialsRejectedError/);
    for (const [name, { isProven, verdict, evidenceKey }] of entries) {
      if (name === damaged || name === locked) assert.equal(isProven, false, name);
      else assert.deepEqual([isProven, verdict], [true, 'exact'], name);
      assert.match(evidenceKey ?? '', new RegExp(`^backup-and-verify/${name}/.*/evidence.json$`));
    }
    const left = bed.sandbox.rds.inspect.instances().map(({ identifier }) => identifier);
    assert.deepEqual(left.sort(), [...bed.databases]);
  });

  test('tells it once, as something to wake up for', () => {
    const told = bed.sandbox.template.topics
      .flatMap(({ arn }) => bed.sandbox.sns.messages(arn))
      .filter(({ subject }) => subject?.startsWith('[dev] night NOT PROVEN'));
    assert.equal(told.length, 1);
    assert.match(told[0]?.topicArn ?? '', /:pg-gameday-p1-dev$/);
  });
});
