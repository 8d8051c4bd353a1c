import type { NotTried, RestorePath, RestoreTestEvidence } from '../../contracts/restore-test.ts';

/**
 * A way back that was there at an earlier test and is not set up any more is missed, not absent: replication stops by itself when
 * its key is disabled. Whoever has given it up takes its target out of operations.yml; `wanted` are those with a target.
 */
export const missVanished = (
  notTried: readonly NotTried[],
  tests: readonly RestoreTestEvidence[],
  wanted: readonly RestorePath[],
): NotTried[] =>
  notTried.map((one) => {
    const before = tests.findLast(({ tried }) => tried.some(({ path }) => path === one.path));
    return one.kind !== 'not set up' || before === undefined || !wanted.includes(one.path)
      ? one
      : {
          path: one.path,
          kind: 'impossible',
          reason: `${one.reason}, and it was there on ${before.execution.startedAt.slice(0, 10)}`,
        };
  });
