import type { ServiceNotes } from '../service-notes.ts';

export const notes: ServiceNotes = {
  title: 'AWS Budgets',
  limits: [
    'Budgets come from the template; the actual spend is that of the emulated bill, and no forecast is told.',
    'Notifications of a budget are not sent.',
  ],
  lookedFor: ['CreateBudget', 'DescribeNotificationsForBudget', 'CreateBudgetAction'],
};
