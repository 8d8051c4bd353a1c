import type { AlarmCase } from '../alarm-case.ts';

export const collectorCases: readonly AlarmCase[] = [
  {
    alarm: 'silent',
    title: 'a collector that died',
    expected: 'critical',
    async run({ driven, expect }) {
      await driven.minutes(3);
      await driven.silence(4);
      expect('after 4 minutes');
      await driven.silence(1);
      expect('after 5 minutes', 'silent-critical');
      await driven.minutes(1);
      expect('when it is back');
    },
  },
  {
    alarm: 'silent',
    title: 'a server that lets the collector not in',
    expected: 'critical',
    async run({ driven, server, expect }) {
      await driven.minutes(1);
      await server.asSuperuser((client) => client.query('alter role gameday nologin'));
      try {
        await driven.minutes(5);
        expect('after 5 minutes', 'silent-critical');
      } finally {
        await server.asSuperuser((client) => client.query('alter role gameday login'));
      }
    },
  },
  {
    alarm: 'silent',
    title: 'a collector that misses two passes of five',
    expected: 'quiet',
    async run({ driven, expect }) {
      for (let round = 0; round < 3; round += 1) {
        await driven.minutes(3);
        await driven.silence(2);
        expect(`round ${round + 1}`);
      }
    },
  },
  {
    alarm: 'gaps',
    title: 'the role may not see sessions of others',
    expected: 'warning',
    async run({ driven, session, expect }) {
      await session.query('revoke pg_monitor from gameday');
      try {
        await driven.minutes(8, 4);
        expect('after half an hour', 'gaps-warning');
      } finally {
        await session.query('grant pg_monitor to gameday');
      }
    },
  },
  {
    alarm: 'gaps',
    title: 'a gap of one pass',
    expected: 'quiet',
    async run({ driven, session, expect }) {
      await session.query('revoke pg_monitor from gameday');
      try {
        await driven.minutes(1);
      } finally {
        await session.query('grant pg_monitor to gameday');
      }
      await driven.minutes(8, 4);
      expect('half an hour later');
    },
  },
];

/** What happens to servers, and is no alarm. */
export const eventCases: readonly AlarmCase[] = [
  {
    alarm: 'all',
    title: 'a restart',
    expected: 'quiet',
    async run({ driven, server, expect }) {
      await driven.minutes(4, 4);
      await server.restart();
      await driven.minutes(6);
      await driven.minutes(3, 4);
      expect('after it');
    },
  },
  {
    alarm: 'all',
    title: 'a crash (SIGKILL) and its recovery',
    expected: 'quiet',
    async run({ driven, server, expect }) {
      await driven.minutes(4, 4);
      await server.crash();
      await driven.minutes(6);
      await driven.minutes(3, 4);
      expect('after it');
    },
  },
  {
    alarm: 'all',
    title: 'a statistics reset',
    expected: 'quiet',
    async run({ driven, server, expect }) {
      await driven.minutes(4, 4);
      await server.asSuperuser((client) => client.query("select pg_stat_reset(); select pg_stat_reset_shared('io')"));
      await driven.minutes(16, 4);
      expect('after it');
    },
  },
  {
    alarm: 'all',
    title: 'a failover to a standby',
    expected: 'quiet',
    replica: 'standby',
    // What was the replica is the primary from then on, and nothing follows it: it is not measured twice.
    async run({ driven, standby, failOver, expect }) {
      await driven.minutes(16);
      const promoted = standby();
      await promoted.promote();
      failOver(promoted);
      await driven.minutes(16, 4);
      expect('after it');
    },
  },
  ...([180, -180] as const).map(
    (minutes): AlarmCase => ({
      alarm: 'all',
      title: `a clock that jumps ${minutes > 0 ? 'forward' : 'back'} by three hours`,
      expected: 'quiet',
      async run({ driven, open, expect }) {
        const client = await open();
        await driven.minutes(2);
        await client.query('begin; select');
        driven.skew(minutes);
        await driven.minutes(3);
        expect('with a transaction of 3 minutes');
        await client.query('rollback');
        await driven.minutes(16, 4);
        expect('an hour later');
      },
    }),
  ),
];
