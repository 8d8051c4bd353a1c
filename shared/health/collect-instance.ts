import { connectionTarget } from '../aws/rds/connection-target.ts';
import type { HealthState, InstanceHealth } from '../contracts/collect-health.ts';
import { assessDatabase, assessInstance, isSlowDue } from '../domain/health/assess-health.ts';
import { readHealthState, writeHealthState } from '../evidence/health-store.ts';
import { beginPass, readDatabase, readInstance } from '../pg/health/read-health.ts';
import { withConnection } from '../pg/session/connect.ts';
import type { DatabasePolicy } from '../policy/schema.ts';
import type { WatchedInstance } from '../rules/health.ts';
import { collectReplica } from './collect-replica.ts';
import { asHealth, type CollectDeps, type Draft, deadlineFromNow, healthSession } from './pass.ts';

/** Measures an instance, its databases and its replicas. What fails is an answer: one instance never stops another. */
export async function collectInstance(instance: WatchedInstance, deps: CollectDeps): Promise<InstanceHealth[]> {
  const { instanceId, databases, replicas } = instance;
  let state: HealthState | undefined;
  const remaining = deadlineFromNow(deps);
  const own = await asHealth(
    instanceId,
    databases.map(([name]) => name),
    async (draft) => {
      state = await readHealthState(deps.store, instanceId);
      for (const [index, [name, policy]] of databases.entries()) {
        state = await collectDatabase(
          { name, policy, instanceId, isFirst: index === 0, remaining },
          state,
          draft,
          deps,
        );
      }
      await writeHealthState(deps.store, instanceId, state);
    },
  );
  const [first] = databases;
  const beats = state?.beats ?? [];
  const others =
    first === undefined
      ? []
      : await Promise.all(replicas.map((replica) => collectReplica(replica, first[1], { beats, remaining }, deps)));
  return [own, ...others];
}

type Asked = {
  readonly name: string;
  readonly policy: DatabasePolicy;
  readonly instanceId: string;
  /** By whose session what is of the whole instance is read. */
  readonly isFirst: boolean;
  /** Milliseconds that are left for the instance and all that belongs to it. */
  remaining(): number;
};

async function collectDatabase(
  { name, policy, instanceId, isFirst, remaining }: Asked,
  before: HealthState,
  draft: Draft,
  deps: CollectDeps,
): Promise<HealthState> {
  if (!isFirst && remaining() <= 0) {
    draft.gaps.push({
      measure: `database ${name}`,
      reason: 'out of time',
      detail: 'the others of its instance took it all',
    });
    return before;
  }
  const target = await connectionTarget(deps, policy, instanceId);
  return await withConnection(target, healthSession, async (client) => {
    const { pass, server } = await beginPass(client, remaining);
    const now = deps.now();
    let state = before;
    if (isFirst) {
      const found = assessInstance(await readInstance(pass, server, target.user), state, deps.rule, now);
      draft.metrics = found.metrics;
      state = found.state;
    }
    const readings = await readDatabase(pass, server, isSlowDue(state, name, deps.rule, now));
    const found = assessDatabase(name, readings, server, state, deps.rule, now);
    draft.databaseMetrics[name] = found.metrics;
    draft.gaps.push(...pass.gaps, ...found.gaps);
    return found.state;
  });
}
