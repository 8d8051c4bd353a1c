import type pg from 'pg';
import { coerceError } from '../../shared/errors.ts';
import { poll } from '../postgres/poll.ts';
import type { AlarmCase, CaseResult, Scene, Step } from './alarm-case.ts';
import type { Servers } from './collector.ts';
import { type DrillServer, startDrillServer, targetAt } from './drill-server.ts';
import { driveHealth } from './driven.ts';
import type { SingleStandby } from './single-server.ts';
import { subscribe } from './subscribe.ts';

/**
 * 40 usable connections, buffers that a small table does not fit into, and ids that no worker freezes by itself. Autovacuum
 * runs where a case switches it on.
 */
export const drillSettings = {
  max_connections: '43',
  superuser_reserved_connections: '2',
  reserved_connections: '1',
  max_prepared_transactions: '2',
  deadlock_timeout: '10ms',
  shared_buffers: '16MB',
  autovacuum: 'off',
  autovacuum_freeze_max_age: '2000000000',
  autovacuum_multixact_freeze_max_age: '2000000000',
};

/**
 * Dumps are given half an hour, tables of 1 MB are large, and whoever waits for a lock has waited long enough, as the server's own clock
 * is not moved: else a case would take hours and gigabytes.
 */
const rule = { copySeconds: 1800, bloatPages: 128, blockedSeconds: 0 };

/** Servers on which cases are run one after the other; each starts when the first case wants it. */
export type AlarmDrill = AsyncDisposable & { run(one: AlarmCase): Promise<CaseResult> };

export function openAlarmDrill(): AlarmDrill {
  let primary: DrillServer | undefined;
  let subscriber: DrillServer | undefined;
  const own = async () => (primary ??= await startDrillServer({ settings: drillSettings }));

  async function run(one: AlarmCase): Promise<CaseResult> {
    const server = await own();
    await using ends = new AsyncDisposableStack();
    const steps: Step[] = [];
    const opened: pg.Client[] = [];
    const began = performance.now();
    let error: string | undefined;
    try {
      await server.asSuperuser((client) => client.query('vacuum')); // what earlier cases left to catalogues
      const servers: Servers = { primary: { target: server.target } };
      const following: { subscriber?: DrillServer; standby?: SingleStandby } = {};
      if (one.replica === 'subscriber') {
        subscriber ??= await startDrillServer({ authorityDirectory: server.authorityDirectory });
        following.subscriber = subscriber;
        servers['replica'] = { target: subscriber.target };
        ends.use(await subscribe(server, subscriber));
      }
      if (one.replica === 'standby') {
        following.standby = ends.use(await server.startStandby());
        servers['replica'] = { target: targetAt(following.standby.master) };
      }
      const driven = await driveHealth(servers, rule);
      const session = await server.connect();
      opened.push(session);
      const scene: Scene = {
        ...{ server, driven, session },
        async open(config = {}) {
          const client = await server.connect(config);
          opened.push(client);
          return client;
        },
        expect(when, ...alarms) {
          const observed = driven.raised().filter((name) => !one.besides?.some((kind) => isOf(kind, name)));
          steps.push({ when, expected: [...alarms].sort(), observed });
        },
        subscriber: () => required(following.subscriber, 'subscriber'),
        standby: () => required(following.standby, 'standby'),
        failOver(to) {
          servers['primary'] = { target: targetAt(to.master) };
        },
      };
      if (one.replica !== undefined) await settle(driven);
      await one.run(scene);
    } catch (thrown) {
      error = coerceError(thrown).message;
    }
    const milliseconds = performance.now() - began;
    await Promise.allSettled(opened.map((client) => client.end()));
    await cleared(server);
    return { case: one, steps, error, milliseconds };
  }

  return {
    run,
    async [Symbol.asyncDispose]() {
      await subscriber?.[Symbol.asyncDispose]();
      await primary?.[Symbol.asyncDispose]();
    },
  };
}

const isOf = (kind: string, name: string) => name === `${kind}-warning` || name === `${kind}-critical`;

function required<T>(found: T | undefined, what: string): T {
  if (found === undefined) throw new Error(`the case has no ${what}: say so in its 'replica'`);
  return found;
}

/** Until the first heartbeat has arrived at what follows. */
async function settle(driven: Awaited<ReturnType<typeof driveHealth>>): Promise<void> {
  const arrived = await poll(60_000, async () => {
    const [, replica] = await driven.minutes(1);
    return replica?.metrics['ReplicationLagSeconds'] === 0 ? true : undefined;
  });
  if (arrived === undefined) throw new Error('the heartbeat has not arrived after 60 s');
}

/** Tables of the case are gone, and so are its sessions. */
async function cleared(server: DrillServer): Promise<void> {
  await server.asSuperuser(async (client) => {
    await client.query('drop schema public cascade; create schema public authorization pg_database_owner');
    await client.query('grant usage on schema public to public');
    await poll(30_000, async () => {
      const { rows } = await client.query(
        "select from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()",
      );
      return rows.length === 0 ? true : undefined;
    });
  });
}
