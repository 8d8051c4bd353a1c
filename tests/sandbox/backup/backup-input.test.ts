import assert from 'node:assert/strict';
import { tagKeys } from '../../../shared/domain/resource/throw-away.ts';
import { applyBootstrap } from '../../../shared/pg/bootstrap/apply-bootstrap.ts';
import { bootstrapSql } from '../../../shared/pg/bootstrap/bootstrap-sql.ts';
import { type BackupRun, invokes, region } from '../../support/sandbox/backup.ts';
import { assertFailure, assertProven, policy, useOwnFixture } from '../../support/sandbox/own.ts';

describe('backup-and-verify with wrong input or an unready database', () => {
  const own = useOwnFixture();

  test('without a fault it proves every row exactly', async () => {
    const run = await own().fixture.run();
    assertProven(run);
    assert.equal(run.evidence.verdict, 'exact', run.evidence.summary);
    const tags = await own().tagsOf(run.snapshotId);
    assert.equal(tags[tagKeys.verdict], 'exact');
    assert.match(tags[tagKeys.evidenceKey] ?? '', new RegExp(`^backup-and-verify/own/${run.name}/evidence.json$`));
    assert.ok(Date.parse(tags[tagKeys.verifiedAt] ?? '') >= Date.parse(run.evidence.execution.startedAt));
  });

  describe('asked for what it cannot do', () => {
    test('it names the databases that it knows when asked for another one', async () => {
      const run = await own().fixture.run({ input: { database: 'nowhere' } });
      assertFailure(run, 'UnknownDatabaseError', /'nowhere' is not in .* known are 'fantasy', 'own'[\s\S]*HINT: /);
    });

    for (const input of [
      null,
      [],
      'fantasy',
      7,
      {},
      { database: 7 },
      { Database: 'fantasy' },
      { database: 'fantasy', speed: 9 },
    ]) {
      test(`it refuses ${JSON.stringify(input)} and shows the form that it expects`, async () => {
        const run = await own().fixture.run({ input });
        assertFailure(run, 'InvalidInputError', /expected \{"database": "<name>"\}[\s\S]*HINT: .*'fantasy'/);
        assert.deepEqual(run.evidence.request, input);
      });
    }
  });

  describe('with a secret that does not open the database', () => {
    const keys = () => own().fixture.sandbox.secrets.secrets.in(region);
    const put = (text: string) => keys().putValue(keys().get(policy.secretArn), { text });
    const right = () => JSON.stringify({ username: 'gameday', password: own().fixture.source.gameday.password });

    for (const [what, secret, error] of [
      ['a wrong password', '{"username": "gameday", "password": "wrong"}', 'CredentialsRejectedError'],
      ['an unknown user', '{"username": "nobody", "password": "wrong"}', 'CredentialsRejectedError'],
      ['no JSON', 'gameday:wrong', 'SecretUnreadableError'],
      ['other members', '{"user": "gameday", "pass": "wrong"}', 'SecretUnreadableError'],
      ['an empty password', '{"username": "gameday", "password": ""}', 'SecretUnreadableError'],
    ] as const) {
      test(`it reports that the secret has ${what}, and does not report the secret`, async () => {
        put(secret);
        const run = await own().fixture.run();
        put(right());
        assertFailure(run, error, /HINT: /);
        assert.doesNotMatch(JSON.stringify([run.evidence, run.notifications, run.cause]), /wrong/);
        assert.deepEqual(
          own().fixture.lines.filter(({ message }) => message.includes('wrong')),
          [],
        );
      });
    }

    test('it names a secret that is missing', async () => {
      const secret = keys().get(policy.secretArn);
      keys().remove(secret);
      const run = await own().fixture.run();
      keys().putValue(keys().create(secret.name), { text: right() });
      assertFailure(run, 'SecretUnreadableError', /secret:pg-gameday\/dev\/own' cannot be read[\s\S]*HINT: /);
    });
  });

  describe('with a database that does not serve it', () => {
    test('it names a table that the role may not read', async () => {
      await own().fixture.asMaster((client) => client.query('revoke pg_read_all_data from gameday'));
      const run = await own().fixture.run();
      await bootstrap();
      assertFailure(run, 'MissingPrivilegeError', /'public\."Größe; drop"'[\s\S]*HINT: Grant pg_read_all_data/);
    });

    test('it asks for the bootstrap when the heartbeat is missing', async () => {
      await own().sql('alter schema gameday rename to elsewhere');
      const run = await own().fixture.run();
      await own().sql('alter schema elsewhere rename to gameday');
      assertFailure(run, 'DatabaseNotBootstrappedError', /'gameday\.heartbeat'[\s\S]*HINT: /);
    });

    test('it names the missing check when amcheck cannot be called, and does not call the backup exact', async () => {
      await own().sql(
        'drop function gameday.check_btree, gameday.check_heap, gameday.check_gin; drop extension amcheck',
      );
      const run = await own().fixture.run();
      await bootstrap();
      const structure = run.evidence.rungs.find(({ name }) => name === 'structure');
      assert.equal(structure?.status, 'gap');
      assert.match(structure?.summary ?? '', /^gameday\.check_btree is missing/);
      assert.equal(run.evidence.verdict, 'bounded');
    });

    test('it says that the role may not log in', async () => {
      await own().sql('alter role gameday nologin');
      const run = await own().fixture.run();
      await own().sql('alter role gameday login');
      assertFailure(run, 'CredentialsRejectedError', /'gameday'[\s\S]*HINT: .*LOGIN/);
    });

    test('it gives up when all connections of the role are taken, after trying again for a while', async () => {
      await own().sql('alter role gameday connection limit 0');
      const run = await own().fixture.run();
      await own().sql('alter role gameday connection limit -1');
      assertFailure(run, 'DatabaseUnreachableError', /HINT: [\s\S]*connection slots[\s\S]*CAUSE: /);
    });

    test('it starts nothing on a stopped instance', async () => {
      await own().stopSource();
      const run = await own().fixture.run();
      await own().startSource();
      assertFailure(run, 'InstanceNotAvailableError', /'own-dev' is 'stopped', expected 'available'[\s\S]*HINT: /);
    });

    test('it gives up on a database that stops answering, after trying again for a while', async () => {
      let tries = 0;
      const run = await own().fixture.run({
        hook: async (call, next) => {
          if (invokes(call, 'takeWitness')) {
            tries += 1;
            if (tries === 1) await own().stopSource();
          }
          return next();
        },
      });
      await own().startSource();
      assertFailure(run, 'DatabaseUnreachableError', /cannot connect to '127\.0\.0\.1:\d+'[\s\S]*HINT: /);
      assert.equal(tries, 6);
    });

    test('it goes on when a database that hung answers again', async () => {
      const { pid } = own().fixture.sandbox.rds.inspect.server(region, policy.instance);
      let tries = 0;
      const run = await own()
        .fixture.run({
          hook: async (call, next) => {
            if (invokes(call, 'takeWitness')) {
              tries += 1;
              process.kill(pid, tries === 1 ? 'SIGSTOP' : 'SIGCONT');
            }
            return next();
          },
        })
        .finally(() => process.kill(pid, 'SIGCONT'));
      assertProven(run);
      assert.equal(tries, 2);
    });

    test('a second run at the same time ends at once, and does not disturb the first', async () => {
      let second: BackupRun | undefined;
      const first = await own().fixture.run({
        hook: async ({ operation }, next) => {
          if (operation === 'CreateDBSnapshot' && second === undefined)
            second = await own().fixture.run({ queue: false });
          return next();
        },
      });
      assert.ok(second);
      assertFailure(second, 'BackupAlreadyRunningError', /another backup-and-verify runs[\s\S]*HINT: /);
      assert.match(second.notifications[0]?.topicArn ?? '', /-p4-dev$/, 'nobody is woken for it');
      assertProven(first);
      assert.equal(first.evidence.snapshot?.attempt, 1);
    });
  });

  async function bootstrap(): Promise<void> {
    const steps = bootstrapSql({ role: 'gameday', database: policy.database });
    await own().fixture.asMaster((client) => applyBootstrap(client, steps));
  }
});
