import type { Call, Hook } from './backup.ts';

/**
 * Work inside the bracket of a run: `before` ends between S1 and the instant of the snapshot, `after` begins behind
 * the instant and ends before S2.
 */
export type BracketWork = { before?(): Promise<unknown>; after?(): Promise<unknown> };

export function insideBracket({ before, after }: BracketWork): Hook {
  let wasBefore = false;
  let wasAfter = false;
  return async ({ operation }: Call, next) => {
    if (operation === 'CreateDBSnapshot') {
      // The function gives an AWS call 30 s; a second bracket would have nothing in it.
      if (wasBefore) throw new Error('the work before the instant took too long: the call was given up');
      wasBefore = true;
      await before?.();
    }
    const output = await next();
    if (operation === 'DescribeDBSnapshots' && !wasAfter && hasInstant(output)) {
      wasAfter = true;
      await after?.();
    }
    return output;
  };
}

function hasInstant(output: unknown): boolean {
  const { DBSnapshots = [] } = output as { DBSnapshots?: { SnapshotCreateTime?: Date }[] };
  return DBSnapshots[0]?.SnapshotCreateTime !== undefined;
}
