/** One statement of a server version or range of versions: `server_version_num`, the first that it is for and the last. */
export type Variant = { readonly from: number; readonly to: number; readonly sql: string };

/** A query as data: what it answers, and what that costs. Every name in it is qualified. */
export type HealthQuery = {
  readonly id: string;
  /** Of the instance as a whole, asked once; or of each database. */
  readonly of: 'instance' | 'database';
  /** Every minute, or every quarter of an hour. */
  readonly cycle: 'fast' | 'slow';
  readonly kind: 'gauge' | 'counter';
  readonly unit: string;
  readonly means: string;
  /** Measured on 2,000 tables with 6,000 indexes and as many sequences, warm. */
  readonly cost: string;
  /** PostgreSQL 14 to 19. What has been tried stands in docs/runbooks/collect-health.md. */
  readonly variants: readonly Variant[];
};

/** Every version that is known; 19 is not tried. */
export const all = (sql: string): readonly Variant[] => [{ from: 140000, to: 199999, sql }];

/** One statement before the major version, another from it on. */
export const changedIn = (major: number, before: string, from: string): readonly Variant[] => [
  { from: 140000, to: major * 10000 - 1, sql: before },
  { from: major * 10000, to: 199999, sql: from },
];

export const variantFor = ({ variants }: HealthQuery, version: number): string | undefined =>
  variants.find(({ from, to }) => version >= from && version <= to)?.sql;
