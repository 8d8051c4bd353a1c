import type { Incident, Step } from '../../contracts/alert/alert.ts';
import type { Notification } from '../../contracts/notification.ts';
import { isOpenMember } from './incident.ts';

/** The key of PagerDuty's own incident: one for the stage's service, one for each role that has its own. */
export const dedupKeyOf = ({ key }: Incident, role: string | null): string => (role === null ? key : `${key}#${role}`);
/** The incident's own key, of whichever PagerDuty names. */
export const keyOfDedup = (dedupKey: string): string => dedupKey.replace(/#[a-z0-9-]+$/, '');

/** `3 of 20`, `95 (line 90)`: what is measured beside the line that it is over. */
export const measured = ({ value, threshold }: { value: number | null; threshold: number | null }): string | null =>
  value === null ? null : threshold === null ? `${value}` : `${value}, its line is ${threshold}`;

/** What a person reads who is asked. */
export function questionOf(incident: Incident, step: Step): Notification {
  const open = Object.entries(incident.members).filter(([, member]) => isOpenMember(member));
  const over = open.length === 0 ? ['It is over by now.'] : [];
  const first = incident.steps[0];
  const asked =
    first === undefined || first.number === step.number
      ? []
      : [
          `Asked before and not answered: ${incident.steps
            .filter(({ number }) => number < step.number)
            .map(({ role }) => role)
            .join(', ')}`,
        ];
  return {
    severity: step.severity,
    state: 'problem',
    dedupKey: dedupKeyOf(incident, null),
    stage: incident.stage,
    title: `[${incident.stage}] ${incident.title}`,
    lines: [
      ...open.flatMap(([name, member]) => [
        member.description === '' ? name : member.description,
        member.reason,
        ...[measured(member) ?? []].flat().map((text) => `Now ${text}`),
      ]),
      ...over,
      ...asked,
      `${incident.subject} in ${incident.region}; ${step.role} has until ${step.answerBy} to answer`,
    ],
    at: step.startedAt,
  };
}

/** What everybody hears who was asked. */
export function endOf(incident: Incident): Notification {
  const { severity, stage, title, acknowledged, resolvedAt, openedAt, reviewBy } = incident;
  return {
    severity,
    state: 'resolved',
    dedupKey: dedupKeyOf(incident, null),
    stage,
    title: `[${stage}] over: ${title}`,
    lines: [
      `It began at ${openedAt}`,
      acknowledged === null ? 'Nobody had to answer any more' : `${acknowledged.by} had taken it at ${acknowledged.at}`,
      ...(reviewBy === null ? [] : [`Its review is due by ${reviewBy.slice(0, 10)}`]),
    ],
    at: resolvedAt ?? openedAt,
  };
}
