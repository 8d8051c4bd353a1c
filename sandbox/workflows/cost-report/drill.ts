import { CostEvidence } from '../../../shared/contracts/cost-report.ts';
import { type Drill, pageAt } from '../drill.ts';
import { workflow } from './sweep.ts';

/** The bill is generated: half a year, with an increase on its last settled day, and things that nobody uses. */
export const drill: Drill = {
  lasts: 'ten seconds',
  costs: 'Cost Explorer takes 0.01 USD a request, some tens of them',
  event: 'events/cost-report/with-waste.json',
  megabytes: 8,
  async prepare({ sandbox, source, database }) {
    await workflow.prepare?.({ sandbox, database, sourceInstanceId: source.instance }, 'drill');
    return undefined;
  },
  async show({ name, read }) {
    const prefix = `cost-report/${name}`;
    const evidence = CostEvidence.parse(JSON.parse(await read(`${prefix}/evidence.json`)));
    const { analysis, waste } = evidence;
    return {
      lines: [
        ...(analysis?.events ?? []).map(({ kind, id }) => `  ${kind.padEnd(9)} ${id}`),
        ...(waste?.findings ?? []).map(({ kind, resource }) => `  ${kind.padEnd(9)} ${resource}`),
      ],
      files: new Map([
        ...(await pageAt(read, `${prefix}/report.html`)),
        ['evidence.json', JSON.stringify(evidence, undefined, 2)],
      ]),
    };
  },
};
