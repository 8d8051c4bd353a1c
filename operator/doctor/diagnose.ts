import type { Operations, StageName } from '../../shared/policy/schema.ts';
import { checkAccount, checkDeployment, checkNetwork, checkQuotas } from './check-account.ts';
import { checkInside } from './check-inside.ts';
import { checkInstance } from './check-instance.ts';
import { checkQuiet } from './check-quiet.ts';
import { checkSecondRegion } from './check-second-region.ts';
import { checkWindows } from './check-windows.ts';
import type { Expected, Facts } from './facts.ts';
import type { Finding } from './finding.ts';

export type Diagnosis = readonly { readonly title: string; readonly findings: readonly Finding[] }[];

/** Everything that a stage needs, answered from what was seen. */
export function diagnose(operations: Operations, stage: StageName, facts: Facts, expected: Expected): Diagnosis {
  const { account, region, network, databases, evidence, dr, receivers: named } = operations.stages[stage];
  const { dailyDays, monthlyDays } = operations.backupPlan.retention;
  const receivers = {
    mail: named.email.map(({ address }) => address),
    people: Object.values(operations.alert.people).flatMap(({ email }) => (email === undefined ? [] : [email])),
    others: (['slack', 'pagerDuty'] as const).filter((channel) => named[channel] !== undefined),
  };
  return [
    { title: 'Account', findings: checkAccount(facts.account, account) },
    {
      title: 'Deployment',
      findings: checkDeployment(facts.deployment, expected, { stage, lockDays: evidence.objectLockDays, receivers }),
    },
    ...(network === undefined || facts.network === undefined
      ? []
      : [{ title: 'Network', findings: checkNetwork(facts.network, network, region) }]),
    {
      title: 'Quotas',
      findings: checkQuotas(facts.quotas, {
        databases: Object.keys(databases).length,
        dailyDays,
        monthlyDays,
      }),
    },
    ...Object.entries(facts.databases).flatMap(([database, its]) => {
      const policy = databases[database];
      if (policy === undefined) return [];
      return [
        {
          title: `Database ${database}`,
          findings: [
            ...checkInstance({ stage, instanceId: policy.instance, account }, its),
            ...(its.instance.seen && its.instance.value !== undefined
              ? checkWindows(policy.instance, its.instance.value, operations.backupPlan.schedule)
              : []),
            ...checkInside(
              {
                database,
                secretArn: policy.secretArn,
                databaseName: policy.database,
                capabilities: policy.capabilities,
              },
              its,
            ),
            ...checkQuiet(database, { group: policy.copyParameterGroup, isCutOff: network !== undefined }, its),
          ],
        },
      ];
    }),
    ...(dr === undefined || facts.secondRegion === undefined
      ? []
      : [
          {
            title: `Second region ${dr.region}`,
            findings: checkSecondRegion(dr, facts.secondRegion, expected, {
              stage,
              account,
              lockDays: evidence.objectLockDays,
              dailyDays,
              monthlyDays,
              receivers,
            }),
          },
        ]),
  ];
}

/** 0: all sound, or advice only; 1: something is missing; 2: something could not be seen. */
export function exitCodeOf(diagnosis: Diagnosis): 0 | 1 | 2 {
  const statuses = new Set(diagnosis.flatMap(({ findings }) => findings.map(({ status }) => status)));
  return statuses.has('missing') ? 1 : statuses.has('unseen') ? 2 : 0;
}
