import assert from 'node:assert/strict';
import { CATALOGUE_DAMAGES, kitchenSql } from '../../support/postgres/catalogue-damages.ts';
import { type BackupFixture, type BackupRun, openBackupFixture } from '../../support/sandbox/backup.ts';
import { strike } from '../../support/sandbox/faults.ts';

describe('backup-and-verify of one of nearly every kind of object', () => {
  let fixture: BackupFixture;
  let sound: BackupRun;
  let damaged: BackupRun;

  beforeAll(async () => {
    fixture = await openBackupFixture({ database: 'own', fill: async () => {} });
    await fixture.asSuperuser(fixture.source.instance, (client) => client.query(kitchenSql()));
    sound = await fixture.run();
    const copy = CATALOGUE_DAMAGES.map(([sql]) => sql).join(';\n');
    damaged = await fixture.run({ hook: strike(fixture, { copy }) });
  });
  afterAll(() => fixture.close());

  test('finds nothing on a sound copy', () => {
    const found = findings(sound).filter(({ status }) => status === 'failed');
    assert.deepEqual(found, [], sound.cause);
    assert.deepEqual(
      findings(sound).filter(({ rung, status }) => rung === 'schema' && status !== 'note'),
      [],
    );
  });

  for (const [sql, object] of CATALOGUE_DAMAGES) {
    test(`names what changed on the copy by: ${sql}`, () => {
      const failed = findings(damaged).filter(({ status }) => status === 'failed');
      assert.ok(
        failed.some((finding) => object.test(finding.object)),
        `${object} is not among\n${failed.map((finding) => `${finding.object} ${finding.problem}`).join('\n')}`,
      );
    });
  }
});

const findings = (run: BackupRun) =>
  run.evidence.rungs.flatMap(({ name, findings }) => findings.map((finding) => ({ rung: name, ...finding })));
