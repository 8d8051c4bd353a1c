import { budgetsPermissions } from '../../iam/required/money.ts';
import { deployBudgets } from '../../template/deploy.ts';
import { monthBill } from '../costexplorer/cost-data.ts';
import type { CostExplorer } from '../costexplorer/costexplorer.ts';
import { watchBill } from '../costexplorer/watch-bill.ts';
import { defineService } from '../definition.ts';
import { reportMoney } from '../report-money.ts';
import { makeBudgets } from './budgets.ts';
import { notes } from './notes.ts';

export const budgetsService = defineService({
  name: 'budgets',
  id: 'budgets',
  notes,
  permissions: budgetsPermissions,
  make: (parts, { costs }: { readonly costs: { readonly service: CostExplorer } }) => ({
    service: makeBudgets({ ...reportMoney(parts), bill: () => monthBill(costs.service.data) }),
    costs: costs.service,
  }),
  deploy: (stack, { service }) => deployBudgets(stack, service),
  run: ({ service, costs }, { clock }, signal) => void watchBill(service, costs, clock, signal),
});
