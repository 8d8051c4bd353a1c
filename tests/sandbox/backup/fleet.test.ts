import assert from 'node:assert/strict';
import { note } from '../../support/note.ts';
import { type FleetFixture, openFleetFixture } from '../../support/sandbox/fleet.ts';

/** `npm run fleet` takes twelve. */
const size = Number(process.env['FLEET_DATABASES'] ?? 4);

describe(`a night of ${size} databases`, () => {
  let fixture: FleetFixture;
  beforeAll(async () => {
    fixture = await openFleetFixture(size);
  });
  afterAll(() => fixture?.close());

  test('proves all but the two that are broken in different ways, and names these with their reasons', async () => {
    const [damaged = '', locked = '', sound = ''] = fixture.databases;
    const alone = await fixture.runAlone(sound);
    fixture.damage(damaged);
    fixture.spoilSecret(locked);
    const { status, cause, record, seconds } = await fixture.runNight();
    note(`${size} databases: ${seconds.toFixed(1)} s; one alone: ${alone.toFixed(1)} s`);

    assert.equal(status, 'FAILED');
    assert.match(cause, new RegExp(`^2 of ${size} backups are not proven: ${damaged}, ${locked} \\(nightly-backup/`));
    const entries = new Map(record.databases.map((entry) => [entry.database, entry]));
    assert.deepEqual([...entries.keys()], fixture.databases);
    assert.match(entries.get(damaged)?.reason ?? '', /BackupNotProven: .*orders/);
    assert.match(entries.get(locked)?.reason ?? '', /CredentialsRejectedError/);
    for (const [name, { isProven, verdict, evidenceKey }] of entries) {
      if (name === damaged || name === locked) assert.equal(isProven, false, name);
      else assert.deepEqual([isProven, verdict], [true, 'exact'], name);
      assert.match(evidenceKey ?? '', new RegExp(`^backup-and-verify/${name}/.*/evidence.json$`));
    }
    const pageKey = `nightly-backup/${record.execution.name}/report.html`;
    const page = await fixture.read(pageKey);
    const links = [...page.matchAll(/href="([^"]*)"/g)].map(([, link = '']) =>
      decodeURIComponent(new URL(link, `https://bucket.example.com/${pageKey}`).pathname.slice(1)),
    );
    assert.equal(links.length, size + 1, 'a report for each database, and this night in the history');
    for (const key of links) assert.match(await fixture.read(key), /<main>/, key);
    const left = fixture.sandbox.rds.inspect.instances().map(({ identifier }) => identifier);
    assert.deepEqual(left.sort(), [...fixture.databases]);
  });

  test('reports it once, as something to wake up for', () => {
    const reported = fixture.sandbox.template.topics
      .flatMap(({ arn }) => fixture.sandbox.sns.messages(arn))
      .filter(({ subject }) => subject?.startsWith('[dev] night NOT PROVEN'));
    assert.equal(reported.length, 1);
    assert.match(reported[0]?.topicArn ?? '', /:pg-gameday-p1-dev$/);
  });
});
