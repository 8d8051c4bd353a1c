import { statesIn } from '../../shared/aws/states.ts';
import { config } from '../../shared/config.ts';
import { StartProofInput, StartProofOutput } from '../../shared/contracts/prove-snapshot.ts';
import { proofExecutionName } from '../../shared/domain/resource/throw-away.ts';
import { ProofEnvironment } from '../../shared/evidence/environment.ts';
import { defineTask, logger } from '../../shared/lambda/define-task.ts';

/**
 * Starts prove-snapshot in the region of the backup. A second call is harmless: the proof is named after the
 * execution that wants it, and one that exists with the same input is the answer.
 */
export const startProof = defineTask({
  input: StartProofInput,
  output: StartProofOutput,
  environment: ProofEnvironment,
  deps: ({ PROVE_SNAPSHOT_ARN }) => ({ statesIn, config: { ...config(), proveSnapshotArn: PROVE_SNAPSHOT_ARN } }),
  async run({ executionName: wantedBy, region, ...order }, { statesIn, config }) {
    const executionName = proofExecutionName(wantedBy, order.attempt);
    const machine = config.proveSnapshotArn.replace(`:${config.region}:`, `:${region}:`);
    const executionArn = await statesIn(region).start(machine, executionName, order);
    const { backup } = order;
    const snapshotId = backup.kind === 'snapshot' ? backup.snapshotId : null;
    logger.info('proof started', { executionArn, backup });
    return { executionName, executionArn, region, snapshotId };
  },
});
export const { handler } = startProof;
