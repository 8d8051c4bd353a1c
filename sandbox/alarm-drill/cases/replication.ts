import type { AlarmCase, Scene } from '../alarm-case.ts';
import { awaited } from '../awaited.ts';
import { withHungWorker } from './slots.ts';

/** Whoever was told to leave does it in his own time, and takes a beat with him. */
const parted = ({ server }: Scene): Promise<void> =>
  server.asSuperuser((client) =>
    awaited(
      'nobody follows the primary',
      async () => (await client.query('select from pg_stat_replication')).rows.length === 0,
    ),
  );

/** Raises both alarms in their time, while the replica gets nothing. */
async function behind({ driven, expect }: Scene): Promise<void> {
  await driven.minutes(3);
  expect('after 3 minutes', 'replication-lag-warning');
  await driven.minutes(6);
  expect('after 9 minutes', 'replication-lag-critical', 'replication-lag-warning');
}

/** Until it has caught up; then it is quiet. */
async function caughtUp({ driven, expect }: Scene): Promise<void> {
  await awaited('the heartbeat arrives', async () => {
    const [, replica] = await driven.minutes(1);
    return replica?.metrics['ReplicationLagSeconds'] === 0;
  });
  await driven.minutes(1);
  expect('when it has caught up');
}

const idle = (replica: 'subscriber' | 'standby'): AlarmCase => ({
  alarm: 'replication-lag',
  title: `${replica} of a primary that is idle for an hour`,
  expected: 'quiet',
  replica,
  async run({ driven, expect }) {
    await driven.minutes(20);
    await driven.minutes(10, 4);
    expect('after an hour');
  },
});

export const replicationCases: readonly AlarmCase[] = [
  {
    alarm: 'replication-lag',
    title: 'a subscription that is switched off',
    expected: 'critical',
    replica: 'subscriber',
    async run(scene) {
      const onSubscriber = (sql: string) => scene.subscriber().asSuperuser((client) => client.query(sql));
      await onSubscriber('alter subscription all_of_it disable');
      try {
        await parted(scene);
        await behind(scene);
      } finally {
        await onSubscriber('alter subscription all_of_it enable');
      }
      await caughtUp(scene);
    },
  },
  {
    alarm: 'replication-lag',
    title: 'an apply worker that hangs (SIGSTOP)',
    expected: 'critical',
    replica: 'subscriber',
    async run(scene) {
      await withHungWorker(scene, () => behind(scene));
      await caughtUp(scene);
    },
  },
  {
    alarm: 'replication-lag',
    title: 'an apply worker before a conflict',
    expected: 'critical',
    replica: 'subscriber',
    async run(scene) {
      const onSubscriber = (sql: string) => scene.subscriber().asSuperuser((client) => client.query(sql));
      await onSubscriber('insert into orders values (1)');
      await scene.server.asSuperuser((client) => client.query('insert into orders values (1)'));
      await behind(scene);
      await onSubscriber('delete from orders');
      await caughtUp(scene);
    },
  },
  idle('subscriber'),
  {
    alarm: 'replication-lag',
    title: 'a standby whose receiver is dead',
    expected: 'critical',
    replica: 'standby',
    async run(scene) {
      const configure = (change: string) =>
        scene.standby().asSuperuser(async (client) => {
          await client.query(`alter system ${change}`);
          await client.query('select pg_reload_conf()');
        });
      await configure("set primary_conninfo = 'host=192.0.2.1 connect_timeout=1'");
      await parted(scene);
      await behind(scene);
      await configure('reset primary_conninfo');
      await caughtUp(scene);
    },
  },
  idle('standby'),
];
