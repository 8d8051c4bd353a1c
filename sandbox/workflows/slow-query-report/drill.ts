import { SlowQueryEvidence } from '../../../shared/contracts/slow-query-report.ts';
import { countSinceYesterday } from '../../permissions/yesterday.ts';
import { type Drill, pageAt } from '../drill.ts';

export const drill: Drill = {
  lasts: 'ten seconds',
  costs: 'nothing',
  event: 'events/schedule/slow-query-report.json',
  megabytes: 8,
  writes: true,
  async prepare({ sandbox, source, database }) {
    await countSinceYesterday(sandbox, { database, instanceId: source.instance });
    return undefined;
  },
  async show({ name, read }) {
    const prefix = `slow-query-report/${name}`;
    const evidence = SlowQueryEvidence.parse(JSON.parse(await read(`${prefix}/evidence.json`)));
    const { databases, instances } = evidence;
    return {
      lines: [
        ...databases.flatMap(({ database, begin, slowed, evictedInAll, gaps }) => [
          `${database}: ${begin === null ? 'its first sample' : `${slowed.length} slowed, ${evictedInAll} evicted`}`,
          ...gaps.map(({ subject, reason }) => `  gap ${subject}: ${reason}`),
        ]),
        ...instances.flatMap(({ instanceId, kinds, bytes, gaps }) => [
          `log of ${instanceId}: ${bytes} bytes`,
          ...kinds.map(({ kind, count }) => `  ${kind.padEnd(16)} ${count}`),
          ...gaps.map(({ subject, reason }) => `  gap ${subject}: ${reason}`),
        ]),
      ],
      files: new Map([
        ...(await pageAt(read, `${prefix}/report.html`)),
        ['evidence.json', JSON.stringify(evidence, undefined, 2)],
      ]),
    };
  },
};
