import { generateBill } from '../cost-series/bill.ts';
import type { Sandbox } from '../sandbox.ts';
import type { Exercise } from './exercises.ts';
import { invoke } from './invoke.ts';
import { runSchedule } from './run-schedule.ts';

/** A cost report with an anomaly to explain, and what its functions do when a part of it is missing. */
export function exercisesOfMoney(): Exercise[] {
  const run = { executionName: 'exercise', startedAt: new Date().toISOString() };
  return [
    {
      title: 'the schedule of the cost report',
      async run(sandbox) {
        const { data } = sandbox.costs;
        const bill = generateBill({ seed: 7, days: 160, endDay: data.today - 1 });
        // Ten times its cost on the last settled day.
        const lines = bill.lines.map((line) => ({
          ...line,
          amounts: line.amounts.map((amount, day) => (day === line.amounts.length - 1 ? 10 * amount : amount)),
        }));
        data.bill = { ...bill, lines };
        return runSchedule(sandbox, 'cost-report');
      },
    },
    missing('analyseCosts', { ...run, costsKey: 'cost-report/exercise/none.json' }),
    missing('recordCostReport', {
      ...run,
      executionArn: 'arn:aws:states:us-east-1:123456789012:execution:exercise:exercise',
      costsKey: null,
      analysisKey: 'cost-report/exercise/none.json',
      causes: [],
      isPartial: false,
      requests: 0,
      failure: null,
      causesFailure: null,
    }),
  ];
}

/** A key that is not there must be told as missing, not as forbidden. */
function missing(key: string, payload: object): Exercise {
  return {
    title: `${key} without what it reads`,
    async run(sandbox: Sandbox) {
      const { errorType, errorMessage } = await invoke(sandbox, key, payload);
      return errorType === 'CostDataUnavailableError'
        ? undefined
        : `answered ${String(errorType)}: ${String(errorMessage)}`;
    },
  };
}
