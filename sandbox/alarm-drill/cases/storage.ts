import type { AlarmCase, Scene } from '../alarm-case.ts';
import { seen } from '../awaited.ts';

/** What a session has counted is reported at once, as it would be some seconds later. */
const counted = ({ session }: Scene) => session.query('select pg_stat_force_next_flush()');

/** What a session has counted is reported when it ends. */
async function scan({ server }: Scene, times: number): Promise<void> {
  const client = await server.connect();
  for (let time = 0; time < times; time += 1) await client.query('select count(*) from cold');
  await client.end();
}
const cold = (rows: number) =>
  `create table cold as select i, repeat('x', 500) as x from generate_series(1, ${rows}) i; analyze cold`;

export const cacheCases: readonly AlarmCase[] = [
  {
    alarm: 'cache-hit',
    title: 'scans of a table larger than the buffers',
    expected: 'critical',
    async run(scene) {
      await scene.session.query(cold(80_000));
      await counted(scene);
      await scene.driven.minutes(1);
      for (let minute = 0; minute < 3; minute += 1) {
        await scan(scene, 3);
        await scene.driven.minutes(1);
      }
      scene.expect('after 3 minutes of scans', 'cache-hit-critical', 'cache-hit-warning');
      await scene.driven.minutes(5, 4);
      scene.expect('20 minutes later');
    },
  },
  {
    alarm: 'cache-hit',
    title: '50 blocks read after a restart; a statistics reset',
    expected: 'quiet',
    async run(scene) {
      const { server, session, driven, open, expect } = scene;
      await session.query(cold(800));
      await driven.minutes(2);
      await server.restart();
      await scan(scene, 1);
      await driven.minutes(3);
      expect('after the restart');
      await server.asSuperuser((client) => client.query('select pg_stat_reset()'));
      await open();
      await driven.minutes(4);
      expect('after the reset');
    },
  },
];

const sequence = (title: string, expected: 'quiet' | 'critical', sql: string, value: number | null): AlarmCase => ({
  alarm: 'sequence',
  title,
  expected,
  async run({ session, driven, expect }) {
    await session.query(value === null ? sql : `${sql}; select setval('s', ${value})`);
    await driven.minutes(1);
    expect('at once', ...(expected === 'quiet' ? [] : ['sequence-critical', 'sequence-warning']));
  },
});
const owned = 'create table t (id int)';

export const sequenceCases: readonly AlarmCase[] = [
  sequence(
    'near the end of its int column',
    'critical',
    `create sequence s; ${owned}; alter sequence s owned by t.id`,
    2e9,
  ),
  sequence(
    'feeds an int column by its default',
    'critical',
    "create sequence s; create table t (id int default nextval('s'))",
    2e9,
  ),
  sequence(
    'of a smallint column',
    'critical',
    'create table t (id smallserial); alter sequence t_id_seq rename to s; alter sequence s as bigint',
    31_000,
  ),
  sequence('counts down', 'critical', 'create sequence s increment -1 minvalue -1000 maxvalue -1', -950),
  sequence('cycles and is wider than its column', 'critical', `${owned}; create sequence s cycle owned by t.id`, 2e9),
  sequence('cycles within its column', 'quiet', `${owned}; create sequence s maxvalue 1000 cycle owned by t.id`, 990),
  sequence(
    'of a bigint column with far to go',
    'quiet',
    'create table t (id bigserial); alter sequence t_id_seq rename to s',
    2e9,
  ),
  sequence('that nobody has used', 'quiet', 'create sequence s as int', null),
];

const fill = (option = '') =>
  `create table t (id int, v text) ${option}; insert into t select i, repeat('x', 80) from generate_series(1, 20000) i`;

export const bloatCases: readonly AlarmCase[] = [
  {
    alarm: 'bloat',
    title: 'churn while autovacuum is off',
    expected: 'critical',
    besides: ['vacuum'],
    async run(scene) {
      await scene.session.query(`${fill()}; analyze t`);
      await scene.session.query('update t set id = id + 1');
      await scene.session.query('update t set id = id + 1');
      await counted(scene);
      await scene.driven.minutes(8, 4);
      scene.expect('after half an hour', 'bloat-critical', 'bloat-warning');
    },
  },
  {
    alarm: 'bloat',
    title: 'fillfactor 70, and a statistics reset',
    expected: 'quiet',
    async run(scene) {
      await scene.session.query(`${fill('with (fillfactor = 70)')}; analyze t`);
      await counted(scene);
      await scene.driven.minutes(8, 4);
      scene.expect('after half an hour');
      await scene.server.asSuperuser((client) => client.query('select pg_stat_reset()'));
      await scene.driven.minutes(12, 4);
      scene.expect('after the reset');
    },
  },
  {
    alarm: 'bloat',
    title: 'a table just loaded, not analysed yet',
    expected: 'quiet',
    besides: ['gaps'], // of which nobody knows how wide its rows are
    async run(scene) {
      await scene.session.query(fill());
      await counted(scene);
      await scene.driven.minutes(16);
      scene.expect('after a quarter of an hour');
    },
  },
];

export const indexCases: readonly AlarmCase[] = [
  {
    alarm: 'invalid-index',
    title: 'left by a failed CREATE INDEX CONCURRENTLY',
    expected: 'warning',
    async run({ session, driven, expect }) {
      await session.query('create table t (id int); insert into t values (1), (1)');
      await session.query('create unique index concurrently broken on t (id)').catch(() => {});
      await driven.minutes(8, 4);
      expect('after half an hour', 'invalid-index-warning');
    },
  },
  {
    alarm: 'invalid-index',
    title: 'an index build in progress',
    expected: 'quiet',
    async run({ session, driven, open, expect }) {
      await session.query('create table t (id int)');
      // It waits for a transaction that writes, and is invalid until then.
      const [writer, builder] = [await open(), await open()];
      await writer.query('begin; insert into t values (2)');
      const built = builder.query('create index concurrently slow on t (id)');
      await seen(session, "select from pg_index where indexrelid = to_regclass('slow') and not indisvalid");
      for (let quarter = 0; quarter < 3; quarter += 1) await driven.minutes(4, 4);
      expect('after 45 minutes');
      await writer.query('commit');
      await built;
    },
    besides: ['long-transaction'],
  },
];
