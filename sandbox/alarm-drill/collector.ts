import { fileURLToPath } from 'node:url';
import type { InstanceHealth } from '../../shared/contracts/collect-health.ts';
import type { HealthRule } from '../../shared/domain/health/assess-health.ts';
import type { UpkeepReading } from '../../shared/domain/health/upkeep.ts';
import { collectInstance } from '../../shared/health/collect-instance.ts';
import { measureUpkeep } from '../../shared/health/measure-upkeep.ts';
import type { ConnectionTarget } from '../../shared/pg/session/connect.ts';
import { readOperationsFile } from '../../shared/policy/read-file.ts';
import { healthRule, watchedInstances } from '../../shared/rules/health.ts';

/** Passes over real servers, with a clock that is moved and the bucket in memory. */
export type Collector = {
  /** One pass `minutes` after the one before. */
  pass(minutes?: number): Promise<InstanceHealth>;
  /** The same, of every instance that belongs to it. */
  passes(minutes?: number): Promise<InstanceHealth[]>;
  readonly objects: Map<string, string>;
  /** Milliseconds since 1970 by its clock. */
  now(): number;
  /** Lets minutes pass without a pass. */
  move(minutes: number): void;
  /** What RDS is to say of the primary from now on; what is left out is without fault. */
  upkeep(change: Partial<UpkeepReading>): void;
  /** From now on its clock is wrong by so many minutes; the alarms' is not. */
  skew(minutes: number): void;
};

/** Where servers are by the identifiers of their instances; one that fails over is elsewhere from then on. */
export type Servers = Record<string, { readonly target: ConnectionTarget }>;

const minute = 60_000;
const quarter = 15 * minute;
const hour = 60 * minute;

/** Of an instance that has half of its 100 GB, writes nothing, and is newly made. */
const soundUpkeep = (now: number): UpkeepReading => ({
  certificateUntil: now + 365 * 24 * hour,
  forcedAt: undefined,
  allocatedBytes: 100e9,
  mostBytes: 0,
  free: Array.from({ length: 30 }, (_, index) => ({ at: now - (29 - index) * hour, bytes: 50e9 })),
});
const operationsFile = fileURLToPath(new URL('../../operations.yml', import.meta.url));

/** `servers`: by the identifiers of their instances; the first one is the primary, the others are its replicas. */
export function startCollector(
  servers: Servers,
  rule: Partial<HealthRule> = {},
  more: { readonly deadline?: number; readonly databases?: readonly string[] } = {},
): Collector {
  const policy = readOperationsFile(operationsFile);
  const [watched] = watchedInstances(policy.stages.dev.databases);
  const [primary = '', ...replicas] = Object.keys(servers);
  const objects = new Map<string, string>();
  // A second after a whole minute: alarms are evaluated at whole ones. The next one begins a quarter of an hour, whose measures
  // would be missing else, or not, by the time of the day.
  let now = Math.floor(Date.now() / quarter) * quarter - minute + 1000;
  let wrong = 0;
  let stated: Partial<UpkeepReading> = {};
  const targetOf = (id: string) => servers[id]?.target;
  const deps = {
    rds: {
      findInstance: async (id: string) => {
        const target = targetOf(id);
        return { id, status: 'available', endpoint: target && { host: target.host, port: target.port } } as never;
      },
    },
    secrets: {
      readDatabaseSecret: async () => ({ username: targetOf(primary)?.user, password: targetOf(primary)?.password }),
    } as never,
    store: {
      getText: async (key: string) => objects.get(key),
      put: async (key: string, body: string | Buffer) => void objects.set(key, String(body)),
    },
    rule: { ...healthRule(policy), ...rule },
    now: () => now + wrong,
    ...(more.deadline === undefined ? {} : { deadline: more.deadline }),
  };
  const [[, found] = []] = watched?.databases ?? [];
  if (found === undefined) throw new Error('operations.yml has no database in dev');
  const instance = {
    instanceId: primary,
    databases: (more.databases ?? ['app']).map(
      (name) => [name, { ...found, database: targetOf(primary)?.database ?? '' }] as const,
    ),
    replicas,
  };
  const passes = async (minutes = 1) => {
    now += minutes * minute;
    const collected = await collectInstance(instance, deps);
    // At the quarters of an hour, as the machine does it.
    if (Math.floor(now / quarter) === Math.floor((now - minutes * minute) / quarter)) return collected;
    const readUpkeep = async (id: string) => ({ ...soundUpkeep(now), ...(id === primary ? stated : {}) });
    const upkeep = await Promise.all([primary, ...replicas].map((id) => measureUpkeep(id, { ...deps, readUpkeep })));
    return [...collected, ...upkeep];
  };
  return {
    passes,
    pass: async (minutes) => {
      const [own] = await passes(minutes);
      if (own === undefined) throw new Error('the pass reported nothing');
      return own;
    },
    objects,
    now: () => now,
    move(minutes) {
      now += minutes * minute;
    },
    upkeep(change) {
      stated = change;
    },
    skew(minutes) {
      wrong = minutes * minute;
    },
  };
}
