import { kmsNeeds, lambdaNeeds, secretsNeeds, stsNeeds } from './functions-and-secrets.ts';
import { eventsNeeds, snsNeeds } from './messaging.ts';
import { budgetsNeeds, costExplorerNeeds, ec2Needs, loadBalancerNeeds } from './money.ts';
import type { Needs, NeedsTable } from './need.ts';
import { cloudwatchNeeds, logsNeeds } from './observability.ts';
import { rdsNeeds } from './rds.ts';
import { s3Needs } from './s3.ts';
import { statesNeeds } from './states.ts';

/** By signing name, which for CloudWatch is not the prefix of its actions. */
const tables: Readonly<Record<string, NeedsTable>> = {
  rds: rdsNeeds,
  s3: s3Needs,
  states: statesNeeds,
  sns: snsNeeds,
  events: eventsNeeds,
  monitoring: cloudwatchNeeds,
  logs: logsNeeds,
  lambda: lambdaNeeds,
  secretsmanager: secretsNeeds,
  kms: kmsNeeds,
  sts: stsNeeds,
  ce: costExplorerNeeds,
  budgets: budgetsNeeds,
  ec2: ec2Needs,
  elasticloadbalancing: loadBalancerNeeds,
};

/** Undefined when nobody has written down what an operation needs; such a call is refused, never let through. */
export function needsOf(service: string, operation: string): Needs | undefined {
  const table = Object.hasOwn(tables, service) ? tables[service] : undefined;
  return table !== undefined && Object.hasOwn(table, operation) ? table[operation] : undefined;
}
