import { makeRds } from '../../shared/aws/rds/instances.ts';
import { CheckRestoreInput, CheckRestoreOutput } from '../../shared/contracts/instances.ts';
import { isBadTerminalStatus } from '../../shared/domain/resource/instance-states.ts';
import { RestoreFailedError } from '../../shared/errors.ts';
import { defineTask } from '../../shared/lambda/define-task.ts';

/** Reports whether a restored instance is available. Reads only, so a second call is harmless. */
export const checkRestore = defineTask({
  input: CheckRestoreInput,
  output: CheckRestoreOutput,
  deps: () => ({ rds: makeRds() }),
  async run({ instanceId }, { rds }) {
    const instance = await rds.findInstance(instanceId);
    const status = instance?.status ?? 'missing';
    if (isBadTerminalStatus(status) || status === 'missing') {
      throw new RestoreFailedError(`restored instance '${instanceId}' is '${status}', expected 'available'`, {
        hints: [`Read the events of '${instanceId}' in the RDS console.`, 'The copy is removed; the snapshot is kept.'],
      });
    }
    return { ready: status === 'available', status };
  },
});
export const { handler } = checkRestore;
