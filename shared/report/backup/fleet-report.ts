import type { FleetEntry, FleetRecord, NightLine } from '../../contracts/nightly-backup.ts';
import { html, type Markup } from '../html.ts';
import { atEachWidth, page, wide } from '../page.ts';
import { plot } from '../plot/plot.ts';
import { bothZones } from './backup-report.ts';

/** One night as a page: each database with its verdict and its report, what is not proven first; and the nights before. */
export function fleetReport(record: FleetRecord, timeZone: string, nights: readonly NightLine[] = []): string {
  const { stage, summary, isProven, databases, failure, execution } = record;
  const inOrder = databases.toSorted((one, other) => Number(one.isProven) - Number(other.isProven));
  return page(
    `Night: ${summary}`,
    html`
<h1>Nightly backup <small>${stage}</small></h1>
<div class="verdict ${isProven ? 'good' : 'bad'}"><strong>${isProven ? 'PROVEN' : 'NOT PROVEN'}</strong><br>${summary}</div>
${failure && html`<p class="bad">${failure.error} in ${failure.state}<br><code>${failure.cause}</code></p>`}
${wide(
  'Databases',
  html`<table class="cards">
<tr><th>Database</th><th>Verdict</th><th class="number">Duration</th><th>What was seen</th></tr>
${inOrder.map(
  (
    entry,
  ) => html`<tr><td>${entry.database}</td><td class="state ${entry.isProven ? 'good' : 'bad'}">${entry.verdict ?? 'no evidence'}</td><td class="number" data-label="duration">${entry.seconds === null ? '' : `${entry.seconds} s`}</td><td>${entry.reason}<br>${reportOf(entry)}</td></tr>
`,
)}</table>`,
)}
${historyOf(nights, timeZone)}
<p><small>Started ${bothZones(execution.startedAt, timeZone)}, recorded ${bothZones(execution.recordedAt, timeZone)}<br>Execution ${execution.arn}</small></p>`,
  );
}

/** The page lies in `nightly-backup/<night>/`: a link holds in the bucket and in a folder that was downloaded from it. */
const fromPage = (key: string): string => `../../${key.split('/').map(encodeURIComponent).join('/')}`;

/** `record-evidence` stores a run's page beside its evidence. */
function reportOf({ evidenceKey, executionName }: FleetEntry): Markup {
  if (evidenceKey === null) return html`<small>${executionName}</small>`;
  return html`<a href="${fromPage(evidenceKey.replace(/[^/]*$/, 'report.html'))}">report</a> <small>${evidenceKey}</small>`;
}

function historyOf(nights: readonly NightLine[], timeZone: string): Markup | undefined {
  if (nights.length === 0) return undefined;
  const day = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' });
  const axis = nights.map(({ startedAt }) => day.format(new Date(startedAt)));
  const history = {
    title: 'Databases of a night',
    unit: 'databases',
    axis,
    series: [
      { kind: 'bar', name: 'proven', values: nights.map(({ proven }) => proven), stack: 'all' },
      {
        kind: 'bar',
        name: 'not proven',
        values: nights.map(({ proven, databases }) => databases - proven),
        stack: 'all',
      },
      {
        kind: 'points',
        name: 'a night that is not proven',
        values: nights.map(({ isProven, databases }) => (isProven ? null : databases)),
      },
    ],
  } as const;
  return html`<h2>History</h2>
<p>${nights.length === 1 ? 'This is the first night.' : `The newest ${nights.length} nights.`}</p>
${atEachWidth((width) => plot({ ...history, width, height: 240 }))}
<ul>${nights
    .toReversed()
    .map(
      ({ startedAt, isProven, proven, databases, pageKey }) =>
        html`<li class="${isProven ? 'good' : 'bad'}"><a href="${fromPage(pageKey)}">${bothZones(startedAt, timeZone)}</a>: ${proven} of ${databases} proven</li>`,
    )}</ul>`;
}
