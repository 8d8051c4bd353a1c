// Prints what metrics, alarms and logs of each stage cost a month, by operations.yml: npm run price
import { readOperations } from '../bundle/read-operations.mjs';
import { logsPrice } from '../logs/logs-price.mjs';
import { healthPrice } from './health-price.mjs';

const policy = await readOperations();
const money = (amount) => `${amount.toFixed(2).padStart(9)} ${policy.costs.currency}`;
for (const stage of Object.keys(policy.stages)) {
  const { metrics, alarms, platform, dashboards, month, prices } = await healthPrice(policy, stage);
  const logs = logsPrice(policy, stage);
  const lines = [
    [`${metrics} metrics of health`, prices.metrics],
    [`${alarms} alarms on them`, prices.alarms],
    [`${platform} alarms on what the platform publishes`, prices.platform],
    [`${dashboards} dashboards`, prices.dashboards],
    [`logs, ${logs.gigabytes} GB a month, 30 days hot`, logs.hot],
    [
      logs.cold === 0 ? 'logs, cold: switched off' : `logs, cold for ${policy.logs.cold.expireAfterDays} days`,
      logs.cold,
    ],
    ['a month', month + logs.month],
  ];
  console.log(`${stage}\n${lines.map(([what, amount]) => `  ${what.padEnd(44)}${money(amount)}`).join('\n')}`);
}
console.log(
  'List prices of us-east-1 in operations.yml (health.prices, logs.prices); gigabytes are what logs.expectedGigabytes says.',
);
