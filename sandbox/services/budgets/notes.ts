import type { ServiceNotes } from '../service-notes.ts';

export const notes: ServiceNotes = {
  title: 'AWS Budgets',
  limits: [
    'Budgets come from the template: monthly ones of costs, whose lines are passed upwards.',
    'The actual spend is that of the emulated bill. The forecast adds the mean of each weekday over five weeks; how AWS forecasts is not published.',
    'A line that is passed notifies its topic: an actual cost once a month, a forecast whenever it rises over it. No mail is sent.',
  ],
  lookedFor: ['CreateBudget', 'DescribeSubscribersForNotification', 'CreateBudgetAction'],
};
