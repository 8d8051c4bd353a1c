import * as client from '@aws-sdk/client-budgets';
import { AwsError } from '../../wire/aws-error.ts';
import type { Service } from '../../wire/service.ts';
import type { MonthBill } from '../costexplorer/cost-data.ts';
import { page } from '../pages.ts';
import { refuseMembers } from '../refuse-members.ts';
import type { PublishAsService } from '../sns/publish-as-service.ts';
import { assessNotification, type NotificationState } from './assess-budget.ts';
import { budgetMessage } from './budget-message.ts';
import type { BudgetDefinition, BudgetLine } from './read-budget.ts';

export type BudgetsDeps = {
  readonly account: string;
  /** Budgets and Cost Explorer read the same bill. */
  readonly bill?: () => MonthBill;
  readonly publish?: PublishAsService;
  /** What could not be published: AWS notifies nobody. */
  readonly onFailure?: (budget: string, error: unknown) => void;
};

export type Budgets = Service & {
  put(definition: BudgetDefinition): void;
  /** Looks at the bill, as AWS does some three times a day, and reports each line that it has passed. */
  evaluate(at: Date): Promise<void>;
};

type Line = BudgetLine & { state: NotificationState | undefined };
type Kept = { readonly budget: BudgetDefinition['budget']; readonly lines: readonly Line[] };

const noBill = (): MonthBill => ({ month: '1970-01', actual: 0, forecast: undefined });

export function makeBudgets({ account, bill = noBill, publish, onFailure }: BudgetsDeps): Budgets {
  const budgets = new Map<string, Kept>();
  const own = (accountId: string | undefined) => {
    if (accountId !== account) throw new AwsError('AccessDeniedException', `Account ${accountId} is not yours`);
  };
  const find = (name: string | undefined): Kept => {
    const found = budgets.get(name ?? '');
    if (found !== undefined) return found;
    throw new AwsError('NotFoundException', `Unable to get budget: ${name} - the budget doesn't exist.`);
  };
  const shown = ({ budget }: Kept): client.Budget => {
    const { actual, forecast } = bill();
    const spend = (amount: number) => ({ Amount: amount.toFixed(2), Unit: budget.BudgetLimit?.Unit });
    return {
      ...budget,
      CalculatedSpend: {
        ActualSpend: spend(actual),
        ...(forecast === undefined ? {} : { ForecastedSpend: spend(forecast) }),
      },
    };
  };

  async function ring({ budget }: Kept, line: Line, numbers: { amount: number; line: number; at: Date }) {
    for (const { SubscriptionType, Address = '' } of line.Subscribers) {
      if (SubscriptionType !== 'SNS') continue; // the sandbox sends no mail
      try {
        await publish?.({
          principal: 'budgets.amazonaws.com',
          sourceArn: `arn:aws:budgets::${account}:budget/${budget.BudgetName}`,
          topicArn: Address,
          ...budgetMessage(account, budget, line.Notification, numbers),
        });
      } catch (error) {
        onFailure?.(budget.BudgetName, error);
      }
    }
  }

  return {
    id: 'budgets',
    client,
    put: ({ budget, notifications }) => {
      budgets.set(budget.BudgetName, { budget, lines: notifications.map((one) => ({ ...one, state: undefined })) });
    },
    evaluate: async (at) => {
      const month = bill();
      for (const kept of budgets.values()) {
        for (const one of kept.lines) {
          const limit = Number(kept.budget.BudgetLimit?.Amount);
          const { rings, amount, line, ...state } = assessNotification(one.Notification, limit, month, one.state);
          one.state = state;
          if (rings && amount !== undefined) await ring(kept, one, { amount, line, at });
        }
      }
    },
    operations: {
      DescribeBudget: (input: client.DescribeBudgetCommandInput) => {
        refuseMembers(input, ['AccountId', 'BudgetName']);
        own(input.AccountId);
        return { Budget: shown(find(input.BudgetName)) };
      },
      DescribeBudgets: (input: client.DescribeBudgetsCommandInput) => {
        refuseMembers(input, ['AccountId', 'MaxResults', 'NextToken']);
        own(input.AccountId);
        const { items, next } = page([...budgets.values()], input.NextToken, input.MaxResults ?? 100);
        return { Budgets: items.map(shown), NextToken: next };
      },
      DescribeNotificationsForBudget: (input: client.DescribeNotificationsForBudgetCommandInput) => {
        refuseMembers(input, ['AccountId', 'BudgetName', 'MaxResults', 'NextToken']);
        own(input.AccountId);
        const { items, next } = page(find(input.BudgetName).lines, input.NextToken, input.MaxResults ?? 100);
        const reported = items.map(({ Notification, state }) => ({
          ...Notification,
          NotificationState: state?.isOver === true ? 'ALARM' : 'OK',
        }));
        return { Notifications: reported, NextToken: next };
      },
    },
  };
}
