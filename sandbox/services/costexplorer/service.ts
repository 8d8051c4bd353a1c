import { costExplorerPermissions } from '../../iam/required/money.ts';
import { deployAnomalySubscriptions } from '../../template/deploy.ts';
import { defineService } from '../definition.ts';
import { reportMoney } from '../report-money.ts';
import { makeCostExplorer } from './costexplorer.ts';
import { notes } from './notes.ts';

export const costsService = defineService({
  name: 'costs',
  id: 'ce',
  notes,
  permissions: costExplorerPermissions,
  make: (parts, _others: object) => ({ service: makeCostExplorer(reportMoney(parts)) }),
  deploy: (stack, { service }) => deployAnomalySubscriptions(stack, service),
});
