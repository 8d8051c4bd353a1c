import type { ObservationReport, RemedyObservation } from '../../contracts/remediation/observation.ts';
import { html, type Markup } from '../html.ts';
import { page, wide } from '../page.ts';

/** Fewer days say little about what happens at the end of a month. */
const wantedDays = 30;

/** The page by which a person decides whether a remedy may act. */
export function observationReport({ stage, from, to, days, records, remedies }: ObservationReport): string {
  const isShort = days < wantedDays;
  return page(
    `Remedies of ${stage}`,
    html`
<h1>Remedies <small>${stage}</small></h1>
<div class="verdict ${isShort ? 'warn' : 'good'}"><strong>${remedies.reduce((sum, { wouldAct }) => sum + wouldAct, 0)} times a remedy would have acted, or has</strong><br>${records} changes of alarms from ${from.slice(0, 10)} to ${to.slice(0, 10)}${isShort && html`; something was recorded on ${days} days only, ${wantedDays} are wanted`}</div>
${
  remedies.length === 0
    ? html`<p>No alarm rang to which a remedy belongs.</p>`
    : wide(
        'Remedies',
        html`<table class="cards">
<tr><th>Remedy</th><th class="number">Alarms</th><th class="number">Would act</th><th class="number">Gone before</th><th class="number">Ended by itself</th><th>Not, because</th></tr>
${remedies.map(rowOf)}</table>`,
      )
}
<p><small>“Gone before”: when it looked, the cause had ended. “Ended by itself”: of the alarms that it only observed, those that ended without it, and after how long. A remedy whose alarms
nearly all end by themselves within minutes gains little by acting; one whose alarms stay gains what the longest of them cost.</small></p>`,
  );
}

function rowOf({
  remedy,
  alarms,
  wouldAct,
  acted,
  worked,
  goneBefore,
  endedByItself,
  refusals,
}: RemedyObservation): Markup {
  const { count, median, longest } = endedByItself;
  return html`<tr><td><strong>${remedy}</strong></td><td class="number" data-label="alarms">${alarms}</td><td class="number" data-label="would act">${wouldAct}${acted > 0 && html`<br><small>${acted} acted, ${worked} worked</small>`}</td><td class="number" data-label="gone before">${goneBefore}</td><td class="number" data-label="ended by itself">${count}${median !== null && html`<br><small>median ${time(median)}, longest ${time(longest ?? 0)}</small>`}</td><td>${refusals.slice(0, 5).map(({ reason, count: times }) => html`${times} × ${reason}<br>`)}</td></tr>
`;
}

const time = (seconds: number): string =>
  seconds < 120 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} min`;
