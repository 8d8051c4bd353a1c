import type { InstanceHealth } from '../contracts/collect-health.ts';
import { coerceError } from '../errors.ts';

/** How many passes over an instance the other region's CloudWatch has seen of late. */
export type CountPasses = (instanceId: string, now: number) => Promise<number>;

/** Minutes that are looked back over: what a pass emits is there some seconds later, now and then a minute. */
export const passesWindow = 3;

/** Whether the collector of the other region lives, by what it reports of one instance. What fails is an answer, and silence. */
export async function watchCollector(
  instanceId: string,
  { countPasses, now }: { readonly countPasses: CountPasses; now(): number },
): Promise<InstanceHealth> {
  const began = performance.now();
  const common = { instanceId, databases: [], databaseMetrics: {}, gaps: [] };
  const milliseconds = () => Math.round(performance.now() - began);
  try {
    const PassesSeen = await countPasses(instanceId, now());
    return { ...common, failure: null, metrics: { PassesSeen }, milliseconds: milliseconds() };
  } catch (thrown) {
    const { name, message } = coerceError(thrown);
    const failure = { error: name, message: message.slice(0, 1000) };
    return { ...common, failure, metrics: {}, milliseconds: milliseconds() };
  }
}
