import { StoreRecordOutput } from '../../../shared/contracts/outcome.ts';
import type { Drill } from '../drill.ts';
import { workflow } from './sweep.ts';

export const drill: Drill = {
  lasts: 'ten seconds',
  costs: 'nothing; it removes throw-away copies that outlived their expiry',
  event: 'events/schedule/sweep-leftovers.json',
  megabytes: 8,
  async prepare({ sandbox, source, database }) {
    await workflow.prepare?.({ sandbox, database, sourceInstanceId: source.instance }, 'drill');
    return undefined;
  },
  async show({ output }) {
    return { lines: output === null ? [] : [StoreRecordOutput.parse(output).summary], files: new Map() };
  },
};
