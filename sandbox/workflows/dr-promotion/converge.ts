import { setTimeout as delay } from 'node:timers/promises';
import type { RunFacts } from '../../fault-sweep/run-facts.ts';
import { type Watched, worldOf } from './both-sides.ts';
import { type Expected, type Said, safetyViolations, saidViolations } from './switch-violations.ts';
import { followLeft } from './what-is-left.ts';

/** True milliseconds within which what a run says has come about, and what is left is done. */
const settles = 15_000;

/**
 * Holds a run to what it says, once all works again; and when nobody can write, does what it leaves to a person: then one of both must
 * be written to. Two writers at any moment are two, whatever follows.
 */
export async function holdToItsWord(
  watched: Watched,
  facts: RunFacts,
  said: Said | undefined,
  expected: Expected,
): Promise<string[]> {
  const twice: string[] = [];
  const check = async () => {
    const world = await worldOf(watched, facts);
    const safety = safetyViolations(said, world);
    twice.push(...safety.filter((one) => one.startsWith('two writers')));
    const isWritable = world.newRefusal === null || world.oldRefusal === null;
    return {
      world,
      isWritable,
      found: [...safety, ...(said === undefined ? [] : saidViolations(said, world, expected))],
    };
  };
  const settled = async (isSettled: (last: Awaited<ReturnType<typeof check>>) => boolean) => {
    let last = await check();
    for (const until = Date.now() + settles; !isSettled(last) && Date.now() < until; last = await check())
      await delay(300);
    return last;
  };
  const { found, isWritable } = await settled((last) => last.found.length === 0);
  const violations = [...found];
  if (!isWritable) {
    try {
      await followLeft(watched.place, said?.left ?? []);
    } catch (error) {
      violations.push(`what is left cannot be done: ${(error as Error).message}`);
    }
    const { world, ...after } = await settled((last) => last.isWritable);
    if (!after.isWritable)
      violations.push(`what is left was done, and none can be written to: ${world.oldRefusal}; ${world.newRefusal}`);
  }
  return [...new Set([...twice, ...violations])];
}
