import { CollectHealthExecution } from '../../../shared/contracts/collect-health.ts';
import type { Drill } from '../drill.ts';

export const drill: Drill = {
  lasts: 'five seconds',
  costs: 'nothing but its metrics',
  event: 'events/schedule/collect-health.json',
  megabytes: 8,
  async show({ output }, { source }) {
    const { report, upkeep, failure } = CollectHealthExecution.parse(output);
    const instances = report?.instances ?? [];
    const all = [...instances, ...(upkeep?.instances ?? [])];
    return {
      lines: [
        ...(failure === null ? [] : [`${failure.error} in ${failure.state}: ${failure.cause}`]),
        ...all.flatMap(({ instanceId, failure: why, metrics, databaseMetrics, gaps, milliseconds }) => [
          `${instanceId}: ${why === null ? `measured in ${milliseconds} ms` : `${why.error}: ${why.message}`}`,
          ...valuesOf(metrics),
          ...Object.entries(databaseMetrics).flatMap(([name, values]) => [`  database ${name}`, ...valuesOf(values)]),
          ...gaps.map(({ measure, reason, detail }) => `  gap ${measure}: ${reason} (${detail})`),
        ]),
      ],
      isGood: failure === null && instances.some((one) => one.instanceId === source.instance && one.failure === null),
      files: new Map(),
    };
  },
};

const valuesOf = (metrics: Readonly<Record<string, number>>): string[] =>
  Object.entries(metrics).map(([name, value]) => `  ${name.padEnd(28)} ${Number(value.toFixed(3))}`);
