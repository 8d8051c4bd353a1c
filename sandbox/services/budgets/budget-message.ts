import type { Budget, Notification } from '@aws-sdk/client-budgets';

/** What AWS Budgets publishes to a topic when a cost passes its line: a text, in these words. */
export function budgetMessage(
  account: string,
  { BudgetName, BudgetLimit }: Budget,
  { NotificationType }: Notification,
  { amount, line, at }: { readonly amount: number; readonly line: number; readonly at: Date },
): { readonly subject: string; readonly message: string } {
  const money = new Intl.NumberFormat('en-US', { style: 'currency', currency: BudgetLimit?.Unit ?? 'USD' });
  const [limit, threshold, cost] = [Number(BudgetLimit?.Amount), line, amount].map((one) => money.format(one));
  const date = at.toLocaleDateString('en-US', { month: 'long', day: '2-digit', year: 'numeric', timeZone: 'UTC' });
  return {
    subject: `AWS Budgets: ${BudgetName} has exceeded your alert threshold`,
    message: [
      `AWS Budget Notification ${date}`,
      `AWS Account ${account}`,
      '',
      'Dear AWS Customer,',
      '',
      `You requested that we alert you when the ${NotificationType} Cost associated with your ${BudgetName} budget is greater than ${threshold} for the current month. The ${NotificationType} Cost associated with this budget is ${cost}. You can find additional details below and by accessing the AWS Budgets dashboard [1].`,
      '',
      `Budget Name: ${BudgetName}`,
      'Budget Type: Cost',
      `Budgeted Amount: ${limit}`,
      `Alert Type: ${NotificationType}`,
      `Alert Threshold: > ${threshold}`,
      `${NotificationType} Amount: ${cost}`,
      '',
      '[1] https://console.aws.amazon.com/costmanagement/home#/budgets',
      '',
    ].join('\n'),
  };
}
