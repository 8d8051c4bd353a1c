import { shortHash, type Tags, tagKeys } from '../resource/throw-away.ts';

/** An instance of either region, as RDS reports it. */
export type SideInstance = {
  readonly id: string;
  readonly arn: string;
  /** Stays when it is renamed. */
  readonly resourceId: string;
  readonly status: string;
  readonly tags: Tags;
  /** Name or ARN of its source; absent when it is no replica. */
  readonly sourceId?: string;
  readonly isMultiAz: boolean;
  readonly backupRetentionDays: number;
};

export type Sides = {
  /** The primary of today; undefined when the second region has none. */
  readonly current: SideInstance | undefined;
  /** The old primary, under its own name or set aside. */
  readonly old: SideInstance | undefined;
  /** What the old one is called once it has made room. */
  readonly asideId: string | undefined;
  /** What bears the name of the first region's primary, and is a replica of the one of today. */
  readonly replica: SideInstance | undefined;
  /** What bears that name and is neither. */
  readonly stranger: SideInstance | undefined;
};

/** RDS: at most 63 characters, no two hyphens in a row. The same for every execution that comes home from the same instance. */
export const asideName = (instance: string, current: Pick<SideInstance, 'resourceId'>): string =>
  `${instance.slice(0, 40).replace(/-+$/, '')}-old-${shortHash(current.resourceId)}`;

/** Who is who. `holder`: the instance of the second region that has the lease; null without a lease: then its tags say so. */
export function sidesOf(
  {
    instance,
    database,
    holder,
  }: { readonly instance: string; readonly database: string; readonly holder: string | null },
  home: readonly SideInstance[],
  second: readonly SideInstance[],
): Sides {
  const promoted = second.filter(
    ({ tags, sourceId }) =>
      sourceId === undefined &&
      tags[tagKeys.replicaOf] === database &&
      tags[tagKeys.promotedBy] !== undefined &&
      tags[tagKeys.replacedBy] === undefined,
  );
  const current =
    holder === null ? (promoted.length === 1 ? promoted[0] : undefined) : second.find(({ id }) => id === holder);
  const named = home.find(({ id }) => id === instance);
  if (current === undefined)
    return { current, old: named, asideId: undefined, replica: undefined, stranger: undefined };
  const asideId = asideName(instance, current);
  const aside = home.find(({ id, tags }) => id === asideId && tags[tagKeys.setAsideOf] === database);
  const isReplica = named?.sourceId === current.arn;
  const isOld = named !== undefined && named.sourceId === undefined && aside === undefined;
  return {
    current,
    old: aside ?? (isOld ? named : undefined),
    asideId,
    replica: isReplica ? named : undefined,
    stranger: named !== undefined && !isReplica && !isOld ? named : undefined,
  };
}
