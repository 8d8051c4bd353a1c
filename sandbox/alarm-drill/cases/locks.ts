import type { AlarmCase, Scene } from '../alarm-case.ts';
import { awaited } from '../awaited.ts';

const table = 'create table if not exists drill_rows (id int primary key, n int)';

/** So many sessions that wait for the row that another one holds. */
async function waitFor(scene: Scene, row: number, count: number): Promise<void> {
  const before = await waiting(scene);
  for (let opened = 0; opened < count; opened += 1) {
    const client = await scene.open();
    client.query(`update drill_rows set n = n + 1 where id = ${row}`).catch(() => undefined); // ended with the case
  }
  await awaited(`${count} more sessions wait`, async () => (await waiting(scene)) === before + count);
}

const waiting = async ({ session }: Scene): Promise<number> => {
  const { rows } = await session.query<{ n: number }>('select count(*)::int as n from pg_locks where not granted');
  return rows[0]?.n ?? 0;
};

async function hold(scene: Scene, row: number): Promise<void> {
  const client = await scene.open();
  await client.query('begin');
  await client.query(`insert into drill_rows values (${row}, 0) on conflict (id) do update set n = 0`);
}

export const lockCases: readonly AlarmCase[] = [
  {
    alarm: 'blocked-sessions',
    title: 'sessions wait for one row: 5, 6, 21 of them',
    expected: 'critical',
    async run(scene) {
      await scene.session.query(table);
      await scene.session.query('insert into drill_rows values (1, 0) on conflict do nothing');
      await hold(scene, 1);
      await waitFor(scene, 1, 5);
      await scene.driven.minutes(3);
      scene.expect('5 wait');
      await waitFor(scene, 1, 1);
      await scene.driven.minutes(3);
      scene.expect('6 wait', 'blocked-sessions-warning');
      await waitFor(scene, 1, 15);
      await scene.driven.minutes(3);
      scene.expect('21 wait', 'blocked-sessions-critical', 'blocked-sessions-warning');
    },
    besides: ['long-transaction'],
  },
  {
    alarm: 'blocked-sessions',
    title: 'ten sessions hold locks, and nobody waits for them',
    expected: 'quiet',
    async run(scene) {
      await scene.session.query(table);
      for (let row = 10; row < 20; row += 1) await hold(scene, row);
      await scene.driven.minutes(4);
      scene.expect('10 hold');
    },
  },
];
