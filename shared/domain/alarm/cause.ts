import type { AlarmEvent } from '../../contracts/alarm-event.ts';

/** What bears an alarm: a database of operations.yml, an instance, a workflow, or nothing narrower than the stage. */
export type AlarmBearer = { readonly of: 'database' | 'instance' | 'workflow' | 'stage'; readonly name: string };

/** What an alarm is about. Two events with equal members but state and time are about the same thing. */
export type AlarmCause = {
  readonly account: string;
  readonly region: string;
  readonly stage: string;
  readonly alarmName: string;
  /** As health-alarms.ts names it (`blocked-sessions`), or the beginning of the alarm's name (`backup-and-verify-old`). */
  readonly kind: string;
  readonly level: 'warning' | 'critical' | null;
  readonly bearer: AlarmBearer;
  /** As operations.yml names them: the database, or all of the instance. */
  readonly databases: readonly string[];
  /** Of the database, whose credential leaked. */
  readonly role?: string;
};

/** Where a cause is looked for. */
export type AlarmPlace = {
  readonly account: string;
  readonly stage: string;
  readonly databases: Readonly<Record<string, { readonly instance: string; readonly replicas: readonly string[] }>>;
};

/**
 * Reads the cause of an alarm that this stage's packaging has made; undefined of any other one. What bears it stands in the dimensions of
 * its metric, so that its name has one reading only, whatever hyphens the name of a database has: it is the alarm's
 * kind, the bearer and the stage, whole.
 */
export function alarmCause({ account, region, detail }: AlarmEvent, place: AlarmPlace): AlarmCause | undefined {
  const { alarmName, configuration } = detail;
  if (account !== place.account) return undefined;
  const metric = configuration?.metrics?.find(({ metricStat }) => metricStat !== undefined)?.metricStat?.metric;
  const bearer = bearerOf(metric?.dimensions ?? {}, place.stage);
  if (bearer === undefined) return undefined;
  const ending =
    bearer.of === 'stage' || bearer.of === 'workflow' ? `-${place.stage}` : `-${bearer.name}-${place.stage}`;
  if (!alarmName.endsWith(ending)) return undefined;
  const own = alarmName.slice(0, -ending.length).replace(/^pg-gameday-/, '');
  const isOurs = alarmName.startsWith('pg-gameday-') || metric?.namespace === 'pg-gameday';
  if (!isOurs || own === '') return undefined;
  const databases = databasesOf(bearer, place);
  if (databases === undefined) return undefined;
  const [, kind = own, level] = /^(.+)-(warning|critical)$/.exec(own) ?? [];
  // Each of them has one: else the bearer has eaten it.
  if (level === undefined && metric?.dimensions?.['service'] === 'collect-health') return undefined;
  return {
    account,
    region,
    stage: place.stage,
    alarmName,
    kind,
    level: level === 'warning' || level === 'critical' ? level : null,
    bearer,
    databases,
  };
}

function bearerOf(dimensions: Readonly<Record<string, string>>, stage: string): AlarmBearer | undefined {
  const { Database, Instance, StateMachineArn } = dimensions;
  if (Database !== undefined) return { of: 'database', name: Database };
  if (Instance !== undefined) return { of: 'instance', name: Instance };
  if (StateMachineArn === undefined) return { of: 'stage', name: stage };
  const machine = StateMachineArn.split(':').at(-1) ?? '';
  const ending = `-${stage}`;
  return machine.endsWith(ending) ? { of: 'workflow', name: machine.slice(0, -ending.length) } : undefined;
}

/** Undefined where the stage has no such database or instance any more. */
function databasesOf({ of, name }: AlarmBearer, { databases }: AlarmPlace): readonly string[] | undefined {
  if (of === 'database') return Object.hasOwn(databases, name) ? [name] : undefined;
  if (of !== 'instance') return [];
  const found = Object.entries(databases).filter(
    ([, { instance, replicas }]) => instance === name || replicas.includes(name),
  );
  return found.length === 0 ? undefined : found.map(([database]) => database);
}

/** The moment of an alarm's change, in milliseconds since 1970: its offset has no colon, which Date.parse may refuse. */
export const changedAt = ({ detail }: AlarmEvent): number =>
  Date.parse(detail.state.timestamp.replace(/([+-]\d\d)(\d\d)$/, '$1:$2'));
