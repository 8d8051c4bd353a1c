import type { OfficeRule } from '../domain/office-hours/office-hours.ts';
import type { Operations } from '../policy/schema.ts';

/** The office hours of a stage; undefined where there are none, as always in production. */
export function officeRule(policy: Operations, stage: string): OfficeRule | undefined {
  if (stage !== 'dev' && stage !== 'test') return undefined;
  const hours = policy.stages[stage].officeHours;
  if (hours === undefined) return undefined;
  const { instances, ...calendar } = hours;
  const productionInstances = Object.values(policy.stages.prod.databases).map(({ instance }) => instance);
  return { calendar, instances, productionInstances };
}
