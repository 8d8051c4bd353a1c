import type pg from 'pg';
import type { HealthGap } from '../../contracts/collect-health.ts';
import type {
  ActivityReading,
  AgesReading,
  BloatReading,
  DatabaseReading,
  DatabaseReadings,
  InstanceReading,
  LockWaitsReading,
  OverdueReading,
  SequencesReading,
  ServerReading,
  SlotReading,
} from '../../domain/health/reading.ts';
import { UnsupportedVersionError } from '../../errors.ts';
import { ask, type HealthPass, orGap } from './ask.ts';
import {
  bloatQuery,
  countersQuery,
  invalidIndexesQuery,
  lockWaitsQuery,
  overdueQuery,
  sequencesQuery,
} from './database-queries.ts';
import { writeHealthBeat } from './health-beat.ts';
import { type HealthQuery, variantFor } from './health-query.ts';
import { activityQuery, agesQuery, serverQuery, slotsQuery } from './instance-queries.ts';

/** Every query of a pass, in the order in which it asks. */
export const healthQueries: readonly HealthQuery[] = [
  serverQuery,
  activityQuery,
  agesQuery,
  slotsQuery,
  countersQuery,
  lockWaitsQuery,
  overdueQuery,
  sequencesQuery,
  bloatQuery,
  invalidIndexesQuery,
];

/** Begins a pass over one session. Throws UnsupportedVersionError below PostgreSQL 14. */
export async function beginPass(
  client: pg.Client,
  remaining: () => number,
): Promise<{ pass: HealthPass; server: ServerReading }> {
  const { rows } = await client.query<ServerReading>(variantFor(serverQuery, 140000) ?? '');
  const [server] = rows;
  if (server === undefined) throw new Error('the server reported nothing about itself');
  if (server.version < 140000) {
    throw new UnsupportedVersionError(
      `server has version ${Math.floor(server.version / 10000)}, 14 or later is required`,
      {
        hints: ['Upgrade it: its community support has ended, too.'],
      },
    );
  }
  return { server, pass: { client, version: server.version, remaining, gaps: [] } };
}

/** What is measured of the instance as a whole, once a pass; writes the beat of this pass where the server can be written. */
export async function readInstance(pass: HealthPass, server: ServerReading, user: string): Promise<InstanceReading> {
  const gap = (measure: string, reason: HealthGap['reason'], detail: string) =>
    void pass.gaps.push({ measure, reason, detail });
  let activity: ActivityReading | undefined;
  // Without them other people's sessions show neither state nor transaction, and all would look well.
  if (!server.seesActivity) gap('activity', 'privilege', 'the role is no member of pg_read_all_stats');
  else if (!server.tracksActivities) gap('activity', 'switched off', 'track_activities is off');
  else activity = (await ask<ActivityReading>(pass, activityQuery))?.[0];
  const ages = (await ask<AgesReading>(pass, agesQuery))?.[0];
  const slots = await ask<SlotReading>(pass, slotsQuery);
  const beat = server.isInRecovery
    ? undefined
    : await orGap(pass, 'heartbeat', () => writeHealthBeat(pass.client, user));
  return {
    server,
    ...(activity === undefined ? {} : { activity }),
    ...(ages === undefined ? {} : { ages }),
    ...(slots === undefined ? {} : { slots }),
    ...(beat === undefined ? {} : { beat }),
  };
}

/** What is measured of one database of the instance. */
export async function readDatabase(
  pass: HealthPass,
  server: ServerReading,
  isSlowDue: boolean,
): Promise<DatabaseReadings> {
  const counted = async <Row extends pg.QueryResultRow>(query: HealthQuery): Promise<Row[] | undefined> => {
    if (server.tracksCounts) return await ask<Row>(pass, query);
    pass.gaps.push({ measure: query.id, reason: 'switched off', detail: 'track_counts is off' });
    return undefined;
  };
  const counters = (await counted<DatabaseReading>(countersQuery))?.[0];
  const lockWaits = (await ask<LockWaitsReading>(pass, lockWaitsQuery))?.[0];
  // A standby has no vacuum of its own.
  const overdue = server.isInRecovery ? undefined : await counted<OverdueReading>(overdueQuery);
  const fast = {
    isSlow: false,
    ...(counters === undefined ? {} : { counters }),
    ...(lockWaits === undefined ? {} : { lockWaits }),
    ...(overdue === undefined ? {} : { overdue }),
  };
  if (!isSlowDue || server.isInRecovery) return fast;
  const sequences = (await ask<SequencesReading>(pass, sequencesQuery))?.[0];
  const bloat = await counted<BloatReading>(bloatQuery);
  const invalid = (await ask<{ count: number }>(pass, invalidIndexesQuery))?.[0]?.count;
  return {
    ...fast,
    isSlow: true,
    ...(sequences === undefined ? {} : { sequences }),
    ...(bloat === undefined ? {} : { bloat }),
    ...(invalid === undefined ? {} : { invalidIndexes: invalid }),
  };
}
