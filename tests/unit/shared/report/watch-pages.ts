import { memberViews } from '../../../../shared/alert/member-views.ts';
import { decideStep } from '../../../../shared/domain/alert/decide-step.ts';
import { applyCause } from '../../../../shared/domain/alert/incident.ts';
import { assessReadiness } from '../../../../shared/domain/readiness/assess-readiness.ts';
import { incidentPage } from '../../../../shared/report/alert/incident-page.ts';
import { readinessReport } from '../../../../shared/report/readiness/readiness-report.ts';
import { at, causeOf, rule } from '../domain/alert/simulate.ts';
import { measured, now, sound } from '../domain/readiness/sound-facts.ts';

const zone = 'America/New_York';

function incident() {
  const cause = causeOf({
    subject: `analytics-reporting-${'production-'.repeat(4)}1`,
    reason: `Threshold Crossed: 3 out of the last 3 datapoints ${'[97.3 (30/03/26 08:30:00)] '.repeat(3)}were greater than 90`,
    runbook: 'collect-health.md#connections',
  });
  const finder = { executionName: 'one', now: at(0), idOf: (moment: string) => moment };
  const applied = applyCause(undefined, cause, finder);
  if (applied === undefined) throw new Error('a problem opens an incident');
  const asked = { executionName: 'one', now: at(0), isUnanswered: false, settled: null, round: 1 };
  return decideStep(applied.incident, rule, asked).incident;
}

function readiness() {
  const { primary, standby, rule: of, p, s } = sound();
  p.tables.push({ name: `app.${'long_'.repeat(12)}`, columns: '', hasIdentity: true, isUnlogged: false, grants: [] });
  s.subscriptions = [];
  return assessReadiness('app', { primary, standby }, of, measured(), now);
}

/** The pages that somebody reads who was asked, or who asks whether all would go well. */
export const watchPages = {
  incident: () => {
    const one = incident();
    const runbooks = 'https://example.com/docs/runbooks';
    return incidentPage({
      ...{ incident: one, members: memberViews(one), timeZone: zone, runbooks, answer: null, others: [one] },
    });
  },
  readiness: () => readinessReport(readiness(), 'prod', zone),
} as const satisfies Readonly<Record<string, () => string>>;
