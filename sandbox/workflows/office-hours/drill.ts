import { StoreRecordOutput } from '../../../shared/contracts/outcome.ts';
import type { Drill } from '../drill.ts';
import { workflow } from './sweep.ts';

export const drill: Drill = {
  lasts: 'twenty seconds',
  costs: 'nothing; it stops and starts instances',
  event: 'events/schedule/office-hours.json',
  megabytes: 8,
  async prepare({ sandbox, source, database }) {
    await workflow.prepare?.({ sandbox, database, sourceInstanceId: source.instance }, 'drill');
    return undefined;
  },
  async show({ output, read }) {
    if (output === null) return { lines: [], files: new Map() };
    const { summary, recordKey } = StoreRecordOutput.parse(output);
    return { lines: [summary], files: new Map([['record.json', await read(recordKey)]]) };
  },
};
