import type { Budget, Notification, NotificationWithSubscribers, Subscriber } from '@aws-sdk/client-budgets';
import { AwsError } from '../../wire/aws-error.ts';
import { refuseMembers } from '../refuse-members.ts';

export type BudgetDefinition = {
  readonly budget: Budget & { readonly BudgetName: string };
  readonly notifications: readonly BudgetLine[];
};

export type BudgetLine = { readonly Notification: Notification; readonly Subscribers: readonly Subscriber[] };

type Given = { readonly Budget?: Budget; readonly NotificationsWithSubscribers?: NotificationWithSubscribers[] };

/** Reads a budget as `CreateBudget` and CloudFormation have it; what would ring otherwise than at AWS is refused by name. */
export function readBudget(given: Given): BudgetDefinition {
  refuseMembers(given, ['Budget', 'NotificationsWithSubscribers']);
  const { Budget: budget = {} as Budget, NotificationsWithSubscribers: notifications = [] } = given;
  refuseMembers(budget, ['BudgetName', 'BudgetType', 'TimeUnit', 'BudgetLimit']);
  const { BudgetName = '', BudgetType, TimeUnit, BudgetLimit } = budget;
  if (!/^[^:\\]{1,100}$/.test(BudgetName)) throw invalid('BudgetName');
  if (BudgetType !== 'COST') throw notEmulated(`budgets of type '${BudgetType}'`);
  if (TimeUnit !== 'MONTHLY') throw notEmulated(`budgets of time unit '${TimeUnit}'`);
  // CloudFormation takes a number, the service a text.
  const Amount = String(BudgetLimit?.Amount ?? '');
  if (!(Number(Amount) > 0)) throw invalid('BudgetLimit');
  return {
    budget: { BudgetName, BudgetType, TimeUnit, BudgetLimit: { Amount, Unit: BudgetLimit?.Unit } },
    notifications: notifications.map(readNotification),
  };
}

function readNotification(given: NotificationWithSubscribers): BudgetLine {
  refuseMembers(given, ['Notification', 'Subscribers']);
  const { Notification: notification, Subscribers = [] } = given;
  refuseMembers(notification ?? {}, ['NotificationType', 'ComparisonOperator', 'Threshold', 'ThresholdType']);
  const { NotificationType, ComparisonOperator, Threshold } = notification ?? {};
  if (NotificationType !== 'ACTUAL' && NotificationType !== 'FORECASTED') throw invalid('NotificationType');
  if (ComparisonOperator !== 'GREATER_THAN') throw notEmulated(`the comparison '${ComparisonOperator}'`);
  if (!(Number(Threshold) > 0)) throw invalid('Threshold');
  const topics = Subscribers.filter(({ SubscriptionType }) => SubscriptionType === 'SNS');
  if (Subscribers.length === 0 || topics.length > 1) throw invalid('Subscribers');
  return {
    Notification: { ...notification, NotificationType, ComparisonOperator, Threshold: Number(Threshold) },
    Subscribers,
  };
}

const invalid = (member: string) => new AwsError('InvalidParameterException', `Invalid parameter: ${member}`);
const notEmulated = (what: string) =>
  new AwsError('NotImplemented', `the sandbox does not emulate ${what}`, { status: 501 });
