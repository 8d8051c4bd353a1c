import type { AlarmPlace } from '../domain/alarm/cause.ts';
import type { AlertRule } from '../domain/alert/decide-step.ts';
import { stagePolicy } from '../policy/operations.ts';
import type { Operations } from '../policy/schema.ts';
import { silence } from './silence.ts';

export const alertRule = ({ alert, platform }: Operations): AlertRule => ({
  calendar: { timeZone: platform.timeZone, ...alert.business },
  answerMinutes: alert.answerMinutes,
  chain: alert.chain,
  people: alert.people,
  silences: alert.silences.map(silence),
  staysOkMinutes: alert.staysOkMinutes,
});

export function alarmPlace(policy: Operations, stage: string): AlarmPlace {
  const { account, databases } = stagePolicy(policy, stage);
  return { account, stage, databases };
}

export const personsWithMail = ({ alert }: Operations): ReadonlySet<string> =>
  new Set(Object.entries(alert.people).flatMap(([name, { email }]) => (email === undefined ? [] : [name])));

/** The secrets of the roles that have a service of PagerDuty's own in a stage. */
export const servicesOf = ({ alert }: Operations, stage: 'dev' | 'test' | 'prod'): Readonly<Record<string, string>> =>
  Object.fromEntries(
    alert.chain.flatMap(({ role, pagerDuty }) => {
      const arn = pagerDuty[stage]?.secretArn;
      return arn === undefined ? [] : [[role, arn]];
    }),
  );

/** Every secret of PagerDuty of a stage: a webhook may come from any of its services. */
export function pagerDutySecrets(policy: Operations, stage: 'dev' | 'test' | 'prod'): readonly string[] {
  const own = stagePolicy(policy, stage).receivers.pagerDuty?.secretArn;
  return [...new Set([...(own === undefined ? [] : [own]), ...Object.values(servicesOf(policy, stage))])];
}
