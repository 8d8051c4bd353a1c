import type { ReadUpkeep } from '../aws/rds/upkeep.ts';
import type { InstanceHealth } from '../contracts/collect-health.ts';
import { assessUpkeep } from '../domain/health/upkeep.ts';
import { coerceError } from '../errors.ts';

/** Certificate, forced maintenance and storage of one instance. What fails is an answer: one instance never stops another. */
export async function measureUpkeep(
  instanceId: string,
  { readUpkeep, now }: { readonly readUpkeep: ReadUpkeep; now(): number },
): Promise<InstanceHealth> {
  const began = performance.now();
  const common = { instanceId, databases: [], databaseMetrics: {} };
  const milliseconds = () => Math.round(performance.now() - began);
  try {
    const reading = await readUpkeep(instanceId, now());
    const gaps: InstanceHealth['gaps'] = [
      ...(reading.free.length > 0 ? [] : [gap('storage', 'CloudWatch has no FreeStorageSpace of the last week')]),
      ...(reading.certificateUntil !== undefined ? [] : [gap('certificate', 'RDS names no end of it')]),
    ];
    const metrics = { ...assessUpkeep(reading, now()), HealthGaps: gaps.length };
    return { ...common, failure: null, metrics, gaps, milliseconds: milliseconds() };
  } catch (thrown) {
    const { name, message } = coerceError(thrown);
    const failure = { error: name, message: message.slice(0, 1000) };
    return { ...common, failure, metrics: {}, gaps: [], milliseconds: milliseconds() };
  }
}

const gap = (measure: string, detail: string) => ({ measure, reason: 'not there' as const, detail });
