import type { CostAnalysis, CostEvent, CostEvidence, ProofSpend } from '../../contracts/cost-report.ts';
import { formatMoney } from '../format.ts';
import { wasteText } from './waste-text.ts';

/** Lines of a message; the page has them all. */
const shownEvents = 5;

/** An event is reported as long as it lasts, and a week longer. */
const rememberedDays = 7;

/** The events that a report of the period reports. */
export function reportedEvents({ events, period }: CostAnalysis): CostEvent[] {
  const recent = new Date(Date.parse(period.to) - rememberedDays * 86_400_000).toISOString().slice(0, 10);
  const from = period.from < recent ? period.from : recent;
  return events.filter(({ last }) => last >= from);
}

/** One event in one sentence. */
export function eventText(event: CostEvent, currency: string): string {
  const named = (dimension: string) => event.causes.find((cause) => cause.dimension === dimension)?.value;
  const service = named('service') ?? event.service ?? 'all services';
  const usageType = named('usageType') ?? event.usageTypes.join(', ');
  const place = [named('region'), named('account'), named('tag')].filter((one) => one !== undefined).join(', ');
  const what = { increase: 'more', drift: 'more, growing for weeks', missing: 'less: it has stopped', new: 'new' }[
    event.kind
  ];
  const when = event.days === 1 ? `on ${event.last}` : `a day from ${event.first} to ${event.last}`;
  const sign = event.isNew ? 'NEW ' : '';
  return `${sign}${service}${usageType && ` / ${usageType}`}: ${formatMoney(Math.abs(event.aDay), currency)} ${what} ${when}${place && ` (${place})`}`;
}

/** Subject, text and severity of the message about a report: readable in a chat, without markup. */
export function costSummary(evidence: CostEvidence): {
  severity: CostAnalysis['severity'];
  subject: string;
  text: string;
} {
  const { analysis, failure, isPartial, price, waste } = evidence;
  if (analysis === null || failure !== null) {
    const why = failure === null ? 'nothing was analysed' : `${failure.error} in ${failure.state}`;
    return {
      severity: 'P3',
      subject: `cost report NOT MADE: ${failure?.error ?? 'no analysis'}`,
      text: `The cost report was not made: ${why}\n${failure?.cause ?? ''}`.trim(),
    };
  }
  const { currency, period, edition, month, spend, spendBefore } = analysis;
  const money = (amount: number) => formatMoney(amount, currency);
  const events = reportedEvents(analysis);
  const fresh = events.filter(({ isNew }) => isNew).length;
  const last = analysis.days.at(-1);
  const when = period.from === period.to ? period.to : `${period.from} to ${period.to}`;
  const head = fresh === 0 ? 'nothing new' : fresh === 1 ? '1 new anomaly' : `${fresh} new anomalies`;
  const more = events.length - shownEvents;
  return {
    severity: analysis.severity,
    subject: `${isPartial ? 'PARTIAL ' : ''}${edition} cost report of ${period.to}: ${head}`,
    text: [
      `Costs of ${when} (${edition}): ${money(spend)}${spendBefore === null ? '' : `, before it ${money(spendBefore)}`}`,
      ...(edition === 'daily' && last?.expected != null && last.lower !== null && last.upper !== null
        ? [`Expected: ${money(last.expected)}, between ${money(last.lower)} and ${money(last.upper)}`]
        : []),
      monthText(month, currency),
      ...(analysis.drills === null || analysis.drills.runs === 0 ? [] : [proofText(analysis.drills, currency)]),
      ...(isPartial ? ['This report is PARTIAL: a part of the bill could not be read.'] : []),
      ...analysis.notes,
      ...(events.length === 0 ? ['No anomaly in the last days.'] : []),
      ...events.slice(0, shownEvents).map((event) => `- ${eventText(event, currency)}`),
      ...(more > 0 ? [`- and ${more} more in the report`] : []),
      ...(waste === null ? [] : [wasteText(waste)]),
      `This report cost ${formatMoney(price, 'USD')}.`,
    ].join('\n'),
  };
}

/** What the proofs cost by the bill, beside what they should have cost. */
export function proofText({ month, billed, predicted, runs, unpriced }: ProofSpend, currency: string): string {
  const reported = billed === null ? 'an unknown sum' : formatMoney(billed, currency);
  const not = unpriced === 0 ? '' : `, ${unpriced} of them without a price`;
  const hint = billed === 0 && predicted > 0 ? ' (is pg-gameday:workflow activated as a cost allocation tag?)' : '';
  return `Drills of ${month}: ${reported} billed by tag, ${formatMoney(predicted, currency)} predicted for ${runs} runs${not}${hint}`;
}

export function monthText({ from, spent, budget, forecast }: CostAnalysis['month'], currency: string): string {
  const money = (amount: number) => formatMoney(amount, currency);
  const ahead =
    forecast === null
      ? 'too little is known for a forecast'
      : `forecast ${money(forecast.total)}, between ${money(forecast.lower)} and ${money(forecast.upper)}`;
  const limit = budget === null ? '' : `, budget ${money(budget)}`;
  const beyond = budget !== null && forecast !== null && forecast.total > budget ? ': BEYOND THE BUDGET' : '';
  return `Month of ${from}: ${money(spent)} spent, ${ahead}${limit}${beyond}`;
}
