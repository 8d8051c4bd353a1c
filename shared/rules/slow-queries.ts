import type { SlowQueryRule } from '../domain/logs/slow-queries.ts';
import type { Operations } from '../policy/schema.ts';

export const slowQueryRule = ({ logs: { slowQueries } }: Operations): SlowQueryRule => ({
  factor: slowQueries.factor,
  leastCalls: slowQueries.leastCalls,
  leastMilliseconds: slowQueries.leastSeconds * 1000,
  most: slowQueries.most,
});
