import { statesIn } from '../../shared/aws/states.ts';
import { CheckProofInput, CheckProofOutput, ProveSnapshotOutput } from '../../shared/contracts/prove-snapshot.ts';
import { defineTask } from '../../shared/lambda/define-task.ts';

/** Reports whether a proof has ended, and what it found. Reads only, so a second call is harmless. */
export const checkProof = defineTask({
  input: CheckProofInput,
  output: CheckProofOutput,
  deps: () => ({ statesIn }),
  async run({ executionArn, region }, { statesIn }) {
    const { status, output, error, cause } = await statesIn(region).describe(executionArn);
    const ended = status !== 'RUNNING' && status !== 'PENDING_REDRIVE';
    if (status === 'SUCCEEDED') {
      return { ended, status, result: ProveSnapshotOutput.parse(JSON.parse(output ?? '')), cause: '' };
    }
    const reported = [error, cause].filter((text) => text !== undefined && text !== '');
    return { ended, status, result: null, cause: reported.length > 0 ? reported.join(': ') : 'no cause is given' };
  },
});
export const { handler } = checkProof;
