import { RemoveCopyOutput } from '../../../shared/contracts/remove-copy.ts';
import type { Drill } from '../drill.ts';
import { workflow } from './sweep.ts';

/** The copy that the drill puts down, as an execution of this name would have made it. */
const maker = 'drill';

export const drill: Drill = {
  lasts: 'ten seconds',
  costs: 'nothing; it removes one throw-away copy',
  event: 'events/remove-copy/one-copy.json',
  megabytes: 8,
  async prepare({ sandbox, source, database }) {
    await workflow.prepare?.({ sandbox, database, sourceInstanceId: source.instance }, maker);
    return { executionName: maker };
  },
  async show({ output }) {
    return {
      lines: output === null ? [] : [`copy '${RemoveCopyOutput.parse(output).instanceId}' is gone`],
      files: new Map(),
    };
  },
};
