import { CollectHealthExecution } from '../../../shared/contracts/collect-health.ts';
import type { SweptWorkflow } from '../../fault-sweep/swept-workflow.ts';

/** What a primary always shows: missing without a gap that says so, an alarm would look at nothing. */
const ofEachPrimary = [
  ...['ConnectionsUsedPercent', 'TransactionIdsUsedPercent', 'MultixactsUsedPercent', 'LongestTransactionSeconds'],
  ...['InactiveSlotSeconds', 'SlotRetainedBytes', 'LostSlots'],
];

/** Each run measures upkeep, too. It succeeds whatever happens; what it could not measure must be named, and counted. */
export const workflow: SweptWorkflow = {
  input: () => ({ upkeep: true }),
  violations: ({ executions }) =>
    executions
      .filter(({ status }) => status === 'SUCCEEDED')
      .flatMap(({ output }) => {
        const { report, failure } = CollectHealthExecution.parse(output);
        if (report === null) return failure === null ? ['nothing is measured, and nothing says why'] : [];
        return report.instances.flatMap(({ instanceId, failure: why, metrics, gaps }) => {
          if (why !== null) {
            return metrics['HealthPasses'] === undefined ? [] : [`'${instanceId}' failed and is counted as measured`];
          }
          const missing = ofEachPrimary.filter((name) => metrics[name] === undefined);
          return [
            ...(metrics['HealthPasses'] === 1 ? [] : [`'${instanceId}' is measured and not counted`]),
            ...(metrics['HealthGaps'] === gaps.length ? [] : [`gaps of '${instanceId}' are not counted`]),
            ...(missing.length > 0 && gaps.length === 0
              ? [`'${instanceId}' lacks ${missing.join(', ')} silently`]
              : []),
          ];
        });
      }),
};
