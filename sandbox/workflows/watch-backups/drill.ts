import { PublishBackupHealthOutput } from '../../../shared/contracts/watch-backups.ts';
import type { Drill } from '../drill.ts';

export const drill: Drill = {
  lasts: 'five seconds',
  costs: 'nothing but its metrics',
  event: 'events/schedule/watch-backups.json',
  megabytes: 8,
  async show({ output }, { sandbox }) {
    const { databases } = PublishBackupHealthOutput.parse(output);
    return {
      lines: [
        `${databases} ${databases === 1 ? 'database was' : 'databases were'} measured`,
        ...sandbox.alarms
          .list(sandbox.region)
          .map(({ definition, state }) => `  ${state.value.padEnd(18)} ${definition.name}`),
      ],
      files: new Map(),
    };
  },
};
