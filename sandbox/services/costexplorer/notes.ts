import type { ServiceNotes } from '../service-notes.ts';

export const notes: ServiceNotes = {
  title: 'AWS Cost Explorer',
  limits: [
    'The bill is generated from a seed or given by a test; it has the dimensions SERVICE, USAGE_TYPE, REGION, LINKED_ACCOUNT and the tag `pg-gameday:workflow`.',
    'Costs are daily, as UnblendedCost and AmortizedCost, which are the same; the last two days are estimated and incomplete.',
    'Pages end after a number of rows, within a day if need be. How AWS cuts its pages is not documented.',
    'The anomalies are the labelled increases of the bill: how AWS finds its own is not published. The one monitor is that of all services, which AWS gives every account.',
    'A subscription of the template notifies its topic each anomaly once, two days late.',
  ],
  lookedFor: [
    'GetCostForecast',
    'GetDimensionValues',
    'GetTags',
    'GetRightsizingRecommendation',
    'CreateAnomalyMonitor',
  ],
};
