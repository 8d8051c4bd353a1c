import type { Looked } from './paths.ts';

/** An answer, or the words of who did not give one: what could not be looked at keeps nothing else from being looked at. */
export async function looked<T>(look: () => Promise<T>): Promise<Looked<T>> {
  try {
    return { found: await look() };
  } catch (thrown) {
    const { name, message } = thrown instanceof Error ? thrown : new Error(String(thrown));
    return { failed: `${name}: ${message.split('\n')[0]}` };
  }
}
