import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import { connectionTarget } from '../aws/rds/connection-target.ts';
import type { Beat, InstanceHealth } from '../contracts/collect-health.ts';
import { beatArrives, beatPause } from '../deadlines.ts';
import { assessInstance } from '../domain/health/assess-health.ts';
import { replicationLag } from '../domain/health/replication-lag.ts';
import { readHealthState, writeHealthState } from '../evidence/health-store.ts';
import { orGap } from '../pg/health/ask.ts';
import { readHealthBeat } from '../pg/health/health-beat.ts';
import { beginPass, readInstance } from '../pg/health/read-health.ts';
import { withConnection } from '../pg/session/connect.ts';
import type { DatabasePolicy } from '../policy/schema.ts';
import { asHealth, type CollectDeps, healthSession } from './pass.ts';

/** Measures a replica, or a subscriber: how far its heartbeat is behind the beats of its primary, and the server itself. */
export async function collectReplica(
  replicaId: string,
  policy: DatabasePolicy,
  { beats, remaining }: { readonly beats: readonly Beat[]; remaining(): number },
  deps: CollectDeps,
): Promise<InstanceHealth> {
  return await asHealth(replicaId, [], async (draft) => {
    const state = await readHealthState(deps.store, replicaId);
    const target = await connectionTarget(deps, policy, replicaId);
    await withConnection(target, healthSession, async (client) => {
      const { pass, server } = await beginPass(client, remaining);
      // A subscriber can be written, and its heartbeat is the primary's.
      const reading = await readInstance(pass, { ...server, isInRecovery: true }, target.user);
      const found = assessInstance(reading, state, deps.rule, deps.now());
      const seen = await orGap(pass, 'heartbeat', async () => ({ beat: await awaitBeat(client, beats) }));
      const lag = seen === undefined ? undefined : replicationLag(beats, seen.beat, deps.now());
      draft.metrics = { ...found.metrics, ...(lag === undefined ? {} : { ReplicationLagSeconds: lag }) };
      if (beats.length === 0) {
        pass.gaps.push({ measure: 'replication lag', reason: 'not there', detail: 'no beat of its primary is known' });
      }
      draft.gaps.push(...pass.gaps);
      await writeHealthState(deps.store, replicaId, found.state);
    });
  });
}

/** The newest beat there is, once the one that this pass has written has had time to arrive. */
async function awaitBeat(client: pg.Client, beats: readonly Beat[]): Promise<number | undefined> {
  const written = beats.at(-1)?.beat ?? 0;
  for (const until = performance.now() + beatArrives; ; await delay(beatPause)) {
    const seen = await readHealthBeat(client);
    if ((seen ?? 0) >= written || performance.now() >= until) return seen;
  }
}
