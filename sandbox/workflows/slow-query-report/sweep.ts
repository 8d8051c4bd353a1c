import { SlowQueryEvidence } from '../../../shared/contracts/slow-query-report.ts';
import type { SweptWorkflow } from '../../fault-sweep/swept-workflow.ts';
import { countSinceYesterday } from '../../permissions/yesterday.ts';

/** Each run finds a day to count. It succeeds with both parts or with gaps that are named, and else fails and says so. */
export const workflow: SweptWorkflow = {
  input: () => ({}),
  prepare: ({ sandbox, database, sourceInstanceId }) =>
    countSinceYesterday(sandbox, { database, instanceId: sourceInstanceId }),
  violations: ({ executions, evidence, written }) => [
    ...(written.includes('of-a-copy-in-a-sweep') ? ['a value of a statement is written'] : []),
    ...executions
      .filter(({ status }) => status === 'SUCCEEDED')
      .flatMap(({ name }) => {
        const stored = evidence.get(`slow-query-report/${name}/evidence.json`);
        if (stored === undefined) return ['succeeded without evidence'];
        const { databases, instances, failures } = SlowQueryEvidence.parse(JSON.parse(stored));
        return [
          ...(failures.length > 0 ? ['succeeded with a part that failed'] : []),
          ...(instances.length === 0 ? ['succeeded without a log'] : []),
          ...(databases.some(({ begin, gaps }) => begin !== null || gaps.length > 0)
            ? []
            : ['no day is counted, and nothing says why']),
        ];
      }),
  ],
};
