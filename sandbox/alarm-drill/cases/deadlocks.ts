import type pg from 'pg';
import type { AlarmCase, Scene } from '../alarm-case.ts';

const accounts = 'create table accounts (id int primary key, n int); insert into accounts values (1, 0), (2, 0)';
const update = (client: pg.Client, id: number) => client.query('update accounts set n = n + 1 where id = $1', [id]);

/** Two sessions that lock one another out; the server ends one of them. What they have counted is reported when they end. */
async function deadlocks({ server }: Scene, count: number): Promise<void> {
  for (let pair = 0; pair < count; pair += 1) {
    const [one, other] = [await server.connect(), await server.connect()];
    await one.query('begin');
    await other.query('begin');
    await update(one, 1);
    await update(other, 2);
    const both = await Promise.allSettled([update(one, 2), update(other, 1)]);
    await Promise.all([one.end(), other.end()]);
    const ended = both.filter(({ status }) => status === 'rejected').length;
    if (ended !== 1) throw new Error(`${ended} of two sessions were ended for a deadlock, must be one`);
  }
}

export const deadlockCases: readonly AlarmCase[] = [
  {
    alarm: 'deadlocks',
    title: 'deadlocked pairs: 1, 2, 11 in an hour, then none',
    expected: 'critical',
    async run(scene) {
      const { driven, session, expect } = scene;
      await session.query(accounts);
      await driven.minutes(2);
      await deadlocks(scene, 1);
      await driven.minutes(1);
      expect('after one');
      await deadlocks(scene, 1);
      await driven.minutes(1);
      expect('after two', 'deadlocks-warning');
      await deadlocks(scene, 9);
      await driven.minutes(1);
      expect('after eleven', 'deadlocks-critical', 'deadlocks-warning');
      await driven.minutes(16, 4);
      expect('an hour later');
    },
  },
  {
    alarm: 'deadlocks',
    title: '12 waits for a lock that end',
    expected: 'quiet',
    async run({ driven, session, open, expect }) {
      await session.query(accounts);
      await driven.minutes(2);
      const [one, other] = [await open(), await open()];
      for (let wait = 0; wait < 12; wait += 1) {
        await one.query('begin');
        await update(one, 1);
        const waiting = update(other, 1);
        await one.query('select pg_sleep(0.02)');
        await one.query('commit');
        await waiting;
      }
      await Promise.all([one.end(), other.end()]);
      await driven.minutes(3);
      expect('after them');
    },
  },
];
