import type { FleetRecord } from '../../contracts/nightly-backup.ts';
import { html } from '../html.ts';
import { page } from '../page.ts';
import { bothZones } from './backup-report.ts';

/** One night as a page: each database with its verdict, those that are not proven first. */
export function fleetReport(record: FleetRecord, timeZone: string): string {
  const { stage, summary, isProven, databases, failure, execution } = record;
  const inOrder = databases.toSorted((one, other) => Number(one.isProven) - Number(other.isProven));
  return page(
    `Night: ${summary}`,
    html`
<h1>Nightly backup <small>${stage}</small></h1>
<div class="verdict ${isProven ? 'good' : 'bad'}"><strong>${isProven ? 'proven' : 'not proven'}</strong><br>${summary}</div>
${failure && html`<p class="bad">${failure.error} in ${failure.state}<br><code>${failure.cause}</code></p>`}
<div class="wide"><table>
<tr><th>Database</th><th>Verdict</th><th class="number">Duration</th><th>What was seen</th></tr>
${inOrder.map(
  (
    entry,
  ) => html`<tr><td>${entry.database}</td><td class="state ${entry.isProven ? 'good' : 'bad'}">${entry.verdict ?? 'no evidence'}</td><td class="number">${entry.seconds === null ? '' : `${entry.seconds} s`}</td><td>${entry.reason}<br><small>${entry.evidenceKey ?? entry.executionName}</small></td></tr>
`,
)}</table></div>
<p><small>Started ${bothZones(execution.startedAt, timeZone)}, recorded ${bothZones(execution.recordedAt, timeZone)}<br>Execution ${execution.arn}</small></p>`,
  );
}
