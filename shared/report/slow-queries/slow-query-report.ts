import type {
  LogFindings,
  ReportedStatement,
  ReportGap,
  SlowQueryEvidence,
  StatementFindings,
} from '../../contracts/slow-query-report.ts';
import { bothZones } from '../backup/backup-report.ts';
import { html, type Markup } from '../html.ts';
import { page, wide } from '../page.ts';
import { breakable, duration } from '../restore/path-text.ts';

/** A page of a day: of each database what slowed, what took the most and what was evicted; of each server what its log has of troubles. */
export function slowQueryReport(
  { stage, execution, databases, instances, failures }: SlowQueryEvidence,
  timeZone: string,
): string {
  const slowed = databases.reduce((sum, one) => sum + one.slowed.length, 0);
  const tone = failures.length > 0 ? 'bad' : slowed > 0 ? 'warn' : 'good';
  const verdict =
    slowed === 0
      ? 'No statement has slowed'
      : slowed === 1
        ? 'One statement has slowed'
        : `${slowed} statements have slowed`;
  return page(
    `Slow queries of ${stage}`,
    html`
<h1>Slow queries <small>${stage}</small></h1>
<div class="verdict ${tone}"><strong>${verdict}</strong>${failures.map(({ state, error, cause }) => html`<br>Not done: ${state}, ${error}: ${breakable(cause)}`)}</div>
${databases.map(databaseSection)}
${instances.map((one) => logSection(one, timeZone))}
<p><small>Made ${bothZones(execution.startedAt, timeZone)}. Values in statements and messages are masked.</small></p>`,
  );
}

function databaseSection({
  database,
  begin,
  isReset,
  top,
  slowed,
  evictions,
  evicted,
  evictedInAll,
  unexplained,
  gaps,
}: StatementFindings): Markup {
  return html`
<h2>${database}</h2>
${gaps.map(gapLine)}
${gaps.length === 0 && begin === null && html`<p>There is no sample of a day before yet: tomorrow there is one.</p>`}
${isReset && html`<p class="warn">The counters were reset within the day: nothing can be said of it.</p>`}
${begin !== null && !isReset && html`<p>Since <code>${begin}</code>. ${explained(unexplained)}</p>`}
${statementTable('Slowed', slowed)}
${statementTable('What took the most', top)}
${
  evictions > 0 &&
  html`<p class="warn">${evictions === 1 ? 'Once' : `${evictions} times`} the server made room: ${evictedInAll} statements that were known when the day began are not counted any more. Raise <code>pg_stat_statements.max</code>.</p>
${wide(
  `Evicted statements of ${database}`,
  html`<table class="cards"><tr><th>Evicted</th><th class="number">Calls until then</th><th class="number">Time</th></tr>
${evicted.map(
  ({
    queryId,
    text,
    calls,
    milliseconds,
  }) => html`<tr><td>${textOf(queryId, text)}</td><td class="number" data-label="calls until then">${calls}</td><td class="number" data-label="time">${duration(milliseconds / 1000)}</td></tr>
`,
)}</table>`,
)}`
}`;
}

const explained = (unexplained: number | null): string =>
  unexplained === null
    ? 'How much of the activity the statements explain is not known.'
    : `The statements explain ${Math.round((1 - unexplained) * 100)} % of the time in which sessions were active.`;

function statementTable(title: string, statements: readonly ReportedStatement[]): Markup | undefined {
  if (statements.length === 0) return undefined;
  return html`<h3>${title}</h3>
${wide(
  title,
  html`<table class="cards"><tr><th>Statement</th><th class="number">Calls</th><th class="number">A call</th><th class="number">In all</th><th class="number">To the day before</th><th class="number">To four weeks before</th></tr>
${statements.map(statementRow)}</table>`,
)}`;
}

const statementRow = ({ queryId, text, day, change, monthChange }: ReportedStatement): Markup =>
  html`<tr><td>${textOf(queryId, text)}</td><td class="number" data-label="calls">${day.calls}</td><td class="number" data-label="a call">${(day.milliseconds / day.calls).toFixed(2)} ms</td><td class="number" data-label="in all">${duration(day.milliseconds / 1000)}</td><td class="number" data-label="to the day before">${times(change)}</td><td class="number" data-label="to four weeks before">${times(monthChange)}</td></tr>
`;

const times = (change: number | null): string => (change === null ? '–' : `× ${change.toFixed(2)}`);
const textOf = (queryId: string, text: string | null): Markup =>
  html`<code>${text === null ? 'its text is not known' : text}</code><br><small>${queryId}</small>`;
const gapLine = ({ subject, reason, remedy }: ReportGap): Markup =>
  html`<p class="warn">${breakable(subject)}: ${breakable(reason)}${remedy !== null && html`<br>${breakable(remedy)}`}</p>`;

function logSection({ instanceId, kinds, bytes, gaps }: LogFindings, timeZone: string): Markup {
  return html`
<h2>Log of ${instanceId}</h2>
${gaps.map(gapLine)}
${
  kinds.length === 0
    ? html`<p>No trouble in ${(bytes / 1e6).toFixed(1)} MB of it.</p>`
    : wide(
        `Log of ${instanceId}`,
        html`<table class="cards"><tr><th>Kind</th><th class="number">Times</th><th>Last</th><th>Messages</th></tr>
${kinds.map(
  ({ kind, count, last, messages }) =>
    html`<tr><td>${kind}</td><td class="number" data-label="times">${count}</td><td data-label="last">${bothZones(last, timeZone)}</td><td data-label="messages"><ul>${messages.map((one) => html`<li><code>${one.text}</code> <small>× ${one.count}</small></li>`)}</ul></td></tr>
`,
)}</table>`,
      )
}`;
}
