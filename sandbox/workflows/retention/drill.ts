import { StoreRecordOutput } from '../../../shared/contracts/outcome.ts';
import { prepareScene } from '../../fault-sweep/scene.ts';
import type { Drill } from '../drill.ts';
import { workflow } from './sweep.ts';

export const drill: Drill = {
  lasts: 'half a minute at 8 MB, a backup among it',
  costs: 'nothing; it removes snapshots that the rule no longer keeps',
  event: 'events/schedule/retention.json',
  megabytes: 8,
  // Nothing is deleted while no backup is verified: one is taken first.
  async prepare({ sandbox, source, database }) {
    const scene = await prepareScene(sandbox, database, source.instance, 'before-retention');
    await workflow.prepare?.(scene, 'drill');
    return undefined;
  },
  async show({ output, read }) {
    if (output === null) return { lines: [], files: new Map() };
    const { summary, recordKey } = StoreRecordOutput.parse(output);
    return { lines: [summary], files: new Map([['record.json', await read(recordKey)]]) };
  },
};
