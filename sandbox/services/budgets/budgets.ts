import * as client from '@aws-sdk/client-budgets';
import { AwsError } from '../../wire/aws-error.ts';
import type { Service } from '../../wire/service.ts';
import { page } from '../pages.ts';
import { refuseMembers } from '../refuse-members.ts';

export type Budgets = Service & { put(budget: client.Budget): void };

/** `spent` answers the actual cost of the running month: budgets and Cost Explorer read the same bill. */
export function makeBudgets({ account, spent = () => 0 }: { account: string; spent?: () => number }): Budgets {
  const budgets = new Map<string, client.Budget>();
  const own = (accountId: string | undefined) => {
    if (accountId !== account) throw new AwsError('AccessDeniedException', `Account ${accountId} is not yours`);
  };
  const shown = (budget: client.Budget): client.Budget => ({
    ...budget,
    CalculatedSpend: { ActualSpend: { Amount: spent().toFixed(2), Unit: budget.BudgetLimit?.Unit ?? 'USD' } },
  });
  return {
    id: 'budgets',
    client,
    put: (budget) => {
      budgets.set(budget.BudgetName ?? '', budget);
    },
    operations: {
      DescribeBudget: (input: client.DescribeBudgetCommandInput) => {
        refuseMembers(input, ['AccountId', 'BudgetName']);
        own(input.AccountId);
        const budget = budgets.get(input.BudgetName ?? '');
        if (budget === undefined) {
          throw new AwsError(
            'NotFoundException',
            `Unable to get budget: ${input.BudgetName} - the budget doesn't exist.`,
          );
        }
        return { Budget: shown(budget) };
      },
      DescribeBudgets: (input: client.DescribeBudgetsCommandInput) => {
        refuseMembers(input, ['AccountId', 'MaxResults', 'NextToken']);
        own(input.AccountId);
        const { items, next } = page([...budgets.values()], input.NextToken, input.MaxResults ?? 100);
        return { Budgets: items.map(shown), NextToken: next };
      },
    },
  };
}
