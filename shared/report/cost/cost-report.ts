import type { CostAnalysis, CostEvidence } from '../../contracts/cost-report.ts';
import { bothZones } from '../backup/backup-report.ts';
import { formatMoney } from '../format.ts';
import { html, type Markup } from '../html.ts';
import { atEachWidth, page, wide } from '../page.ts';
import { type Plot, plot } from '../plot/plot.ts';
import { eventText, monthText, proofText, reportedEvents } from './cost-summary.ts';
import { wasteSection } from './waste-section.ts';

const shownLines = 25;

/** The evidence of one report as a page: verdict, plots of days and of the month, anomalies with their causes, tables. */
export function costReport(evidence: CostEvidence, timeZone: string): string {
  const { analysis, failure, stage, execution, isPartial, price, requests, waste } = evidence;
  const title = analysis === null ? 'Cost report not made' : `Costs of ${analysis.period.to}`;
  return page(
    title,
    html`
<h1>${title} <small>${stage}${analysis && `, ${analysis.edition}`}</small></h1>
${failure && html`<p class="bad">${failure.error} in ${failure.state}<br><code>${failure.cause}</code></p>`}
${isPartial && html`<p class="bad">This report is partial: a part of the bill could not be read.</p>`}
${analysis && analysed(analysis)}
${waste && wasteSection(waste)}
<p><small>${requests} requests to Cost Explorer, ${formatMoney(price, 'USD')}. Recorded ${bothZones(execution.recordedAt, timeZone)}<br>Execution ${execution.arn}</small></p>`,
  );
}

function analysed(analysis: CostAnalysis): Markup {
  const { currency, period, spend, spendBefore, notes, month } = analysis;
  const money = (amount: number) => formatMoney(amount, currency);
  const isBeyond = month.budget !== null && month.forecast !== null && month.forecast.total > month.budget;
  return html`<div class="verdict ${analysis.severity !== 'P4' && analysis.severity !== 'P3' ? 'bad' : isBeyond || analysis.severity === 'P3' ? 'warn' : 'good'}"><strong>${money(spend)}</strong> from ${period.from} to ${period.to}${spendBefore !== null && html`, before it ${money(spendBefore)}`}<br><span class="${isBeyond ? 'bad' : ''}">${monthText(month, currency)}</span></div>
${notes.length > 0 && html`<ul>${notes.map((note) => html`<li class="warn">${note}</li>`)}</ul>`}
${[dayPlot(analysis), monthPlot(analysis)].map((one) => one && atEachWidth((width) => plot({ ...one, width })))}
<h2>Anomalies</h2>
${anomalies(analysis)}
${awsAnomalies(analysis)}
${table('By service', analysis.services, currency)}
${table('By account and region', analysis.places, currency)}
${table('By tag', analysis.tags, currency)}
${analysis.drills && html`<p>${proofText(analysis.drills, currency)}</p>`}`;
}

function dayPlot(analysis: CostAnalysis): Plot {
  const { days, currency } = analysis;
  const events = reportedEvents(analysis);
  const isOff = (date: string) => events.some(({ first, last }) => first <= date && date <= last);
  return {
    title: 'Spend a day, what was expected, and days with an anomaly',
    unit: currency,
    axis: days.map(({ date }) => date),
    series: [
      { kind: 'line', name: 'spend', values: days.map(({ actual }) => actual) },
      { kind: 'line', name: 'expected', dashed: true, values: days.map(({ expected }) => expected) },
      {
        kind: 'band',
        name: 'usual',
        lower: days.map(({ lower }) => lower),
        upper: days.map(({ upper }) => upper),
      },
      { kind: 'points', name: 'anomaly', values: days.map(({ date, actual }) => (isOff(date) ? actual : null)) },
    ],
  };
}

/** The month from its first day to its last: what is spent, what is to come, and the budget. */
function monthPlot({ month, days, currency }: CostAnalysis): Plot | undefined {
  const { forecast, budget } = month;
  if (forecast === null) return undefined;
  const known = days.filter(({ date }) => date >= month.from);
  const sums = (amounts: readonly number[], start: number) => {
    let sum = start;
    return amounts.map((amount) => {
      sum += amount;
      return sum;
    });
  };
  const spent = sums(
    known.map(({ actual }) => actual ?? 0),
    0,
  );
  const ahead = sums(forecast.rest, month.spent);
  const length = spent.length + ahead.length;
  const axis = Array.from({ length }, (_, index) =>
    new Date(Date.parse(month.from) + index * 86_400_000).toISOString().slice(0, 10),
  );
  const none = (count: number): null[] => new Array<null>(count).fill(null);
  // The band opens from the last known day to the bounds of the month's end.
  const bound = (end: number) => [
    ...none(spent.length),
    ...ahead.map((sum, index) => sum + ((end - forecast.total) * (index + 1)) / ahead.length),
  ];
  return {
    title: `The month to its end${budget === null ? '' : ', against the budget'}`,
    unit: currency,
    axis,
    series: [
      { kind: 'line', name: 'spent', values: [...spent, ...none(ahead.length)] },
      { kind: 'line', name: 'forecast', dashed: true, values: [...none(spent.length), ...ahead] },
      { kind: 'band', name: 'between', lower: bound(forecast.lower), upper: bound(forecast.upper) },
      ...(budget === null
        ? []
        : [{ kind: 'line', name: 'budget', values: new Array<number>(length).fill(budget) } as const]),
    ],
  };
}

function anomalies(analysis: CostAnalysis): Markup {
  const { currency } = analysis;
  const events = reportedEvents(analysis);
  if (events.length === 0) return html`<p class="good">None in the last days.</p>`;
  return html`<ul>${events.map(
    (event) => html`<li class="${event.isNew ? 'bad' : 'warn'}">${eventText(event, currency)}
<br><small>${formatMoney(event.actual, currency)} instead of ${formatMoney(event.expected, currency)} in ${event.days === 1 ? '1 day' : `${event.days} days`}. ${event.causes.map(({ dimension, value, share }) => `${dimension} ${value}: ${Math.round(100 * share)} %`).join('; ')}${event.awsAnomalies.length > 0 && `. AWS reports it too: ${event.awsAnomalies.join(', ')}`}</small></li>`,
  )}</ul>`;
}

/** What only AWS's detector has found. */
function awsAnomalies({ awsAnomalies, events, currency, period }: CostAnalysis): Markup | undefined {
  const matched = new Set(events.flatMap((event) => event.awsAnomalies));
  const others = (awsAnomalies ?? []).filter(({ id, to }) => !matched.has(id) && to >= period.from);
  if (others.length === 0) return undefined;
  return html`<p>AWS reports besides: ${others.map(({ service, usageType, from, to, impact }) => `${service}${usageType === null ? '' : ` / ${usageType}`} ${from} to ${to}, ${formatMoney(impact, currency)}`).join('; ')}.</p>`;
}

function table(title: string, lines: CostAnalysis['services'], currency: string): Markup | undefined {
  if (lines.length === 0) return undefined;
  const more = lines.length - shownLines;
  return html`<h2>${title}</h2>
${wide(
  title,
  html`<table class="cards">
<tr><th>Name</th><th class="number">Spend</th><th class="number">Before</th><th class="number">Change</th></tr>
${lines.slice(0, shownLines).map(
  ({ name, spend, before }) =>
    html`<tr><td>${name}</td><td class="number" data-label="spend">${formatMoney(spend, currency)}</td><td class="number" data-label="before">${before === null ? '' : formatMoney(before, currency)}</td><td class="number" data-label="change">${before === null ? '' : formatMoney(spend - before, currency)}</td></tr>
`,
)}</table>`,
)}${more > 0 && html`<p>and ${more} more in the evidence</p>`}`;
}
