import type { AlarmCase, Scene } from '../alarm-case.ts';
import { awaited, seen } from '../awaited.ts';

const written = (megabytes: number) =>
  `select pg_logical_emit_message(false, 'drill', repeat('x', 1000)) from generate_series(1, ${megabytes * 1000})`;

async function withSlot({ server }: Scene, work: () => Promise<void>): Promise<void> {
  await server.asSuperuser((client) =>
    client.query("select pg_create_logical_replication_slot('forgotten', 'pgoutput')"),
  );
  try {
    await work();
  } finally {
    await server.asSuperuser((client) => client.query("select pg_drop_replication_slot('forgotten')"));
  }
}

/** While the process that applies what a subscriber receives hangs: the slot has its consumer, which confirms nothing. */
export async function withHungWorker(scene: Scene, work: () => Promise<void>): Promise<void> {
  const sql = "select pid from pg_stat_activity where backend_type = 'logical replication apply worker'";
  const pid = await scene.subscriber().asSuperuser(async (client) => {
    await seen(client, sql);
    return (await client.query<{ pid: number }>(sql)).rows[0]?.pid;
  });
  if (pid === undefined) throw new Error('the subscriber has no apply worker');
  process.kill(pid, 'SIGSTOP');
  try {
    await work();
  } finally {
    process.kill(pid, 'SIGCONT');
  }
}

export const slotCases: readonly AlarmCase[] = [
  {
    alarm: 'slot-inactive',
    title: 'a slot without a consumer',
    expected: 'critical',
    run: (scene) =>
      withSlot(scene, async () => {
        await scene.driven.minutes(18);
        scene.expect('after 18 minutes', 'slot-inactive-warning');
        await scene.driven.minutes(12, 4);
        scene.expect('after an hour', 'slot-inactive-critical', 'slot-inactive-warning');
      }),
  },
  {
    alarm: 'slot-inactive',
    title: 'a slot just made',
    expected: 'quiet',
    async run(scene) {
      await scene.driven.minutes(1);
      await withSlot(scene, async () => {
        await scene.driven.minutes(12);
        scene.expect('after 12 minutes');
      });
    },
  },
  {
    alarm: 'slot-retained',
    title: 'an active slot whose consumer hangs',
    expected: 'critical',
    replica: 'subscriber',
    besides: ['replication-lag'],
    run: (scene) =>
      withHungWorker(scene, async () => {
        await scene.server.asSuperuser((client) => client.query(written(60)));
        await scene.server.asSuperuser((client) => seen(client, 'select from pg_replication_slots where active'));
        await scene.driven.minutes(4);
        scene.expect('60 MB later', 'slot-retained-critical', 'slot-retained-warning');
      }),
  },
  {
    alarm: 'slot-retained',
    title: 'an active slot whose consumer keeps up',
    expected: 'quiet',
    replica: 'subscriber',
    async run({ server, driven, expect }) {
      await server.asSuperuser((client) => client.query(written(60)));
      const sql =
        'select from pg_replication_slots where pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn) < 10e6 and active';
      // It confirms what it has got with the next beat that arrives.
      await awaited('it has confirmed', async () => {
        await driven.minutes(1);
        await server.asSuperuser((client) => client.query('checkpoint'));
        return await server.asSuperuser(async (client) => (await client.query(sql)).rows.length > 0);
      });
      await driven.minutes(4);
      expect('60 MB later');
    },
  },
  {
    alarm: 'slot-lost',
    title: 'log that the slot needs is removed',
    expected: 'critical',
    besides: ['slot-retained'],
    run: (scene) =>
      withSlot(scene, () =>
        scene.server.asSuperuser(async (client) => {
          await client.query(written(20));
          await client.query("alter system set max_slot_wal_keep_size = '1MB'");
          await client.query('select pg_reload_conf()');
          try {
            await client.query('select pg_switch_wal()');
            await client.query('checkpoint');
            await scene.driven.minutes(1);
            scene.expect('after the checkpoint', 'slot-lost-critical');
          } finally {
            await client.query('alter system reset max_slot_wal_keep_size');
            await client.query('select pg_reload_conf()');
          }
        }),
      ),
  },
  {
    alarm: 'slot-lost',
    title: 'log that is kept for the slot over a checkpoint',
    expected: 'quiet',
    run: (scene) =>
      withSlot(scene, async () => {
        await scene.server.asSuperuser(async (client) => {
          await client.query(written(10));
          await client.query('select pg_switch_wal()');
          await client.query('checkpoint');
        });
        await scene.driven.minutes(1);
        scene.expect('after the checkpoint');
      }),
  },
];
