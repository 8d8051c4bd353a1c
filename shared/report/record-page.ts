import type { Failure, Phase } from '../contracts/common.ts';
import { bothZones } from './backup/backup-report.ts';
import { html, type Markup } from './html.ts';
import { atEachWidth, page } from './page.ts';
import { timeLine } from './plot/time-line.ts';

type Recorded = {
  readonly database: string | null;
  readonly stage: string;
  readonly summary: string;
  readonly left: readonly string[];
  readonly execution: { readonly arn: string; readonly startedAt: string; readonly recordedAt: string };
};

type Shown = {
  /** `Promotion`. */
  readonly what: string;
  readonly headline: string;
  readonly tone: 'good' | 'warn' | 'bad';
  readonly failures: readonly (Failure | null)[];
  readonly body: readonly (Markup | undefined)[];
  readonly note?: string;
};

/** The page of one execution for whoever is awake: what came of it, what is left to do, what failed; then how it went. */
export function recordPage(
  { database, stage, summary, left, execution }: Recorded,
  shown: Shown,
  timeZone: string,
): string {
  const { what, headline, tone, failures, body, note } = shown;
  const name = database ?? 'unknown database';
  return page(
    `${what} of ${name}: ${headline}`,
    html`
<h1>${what} of ${name} <small>${stage}</small></h1>
<div class="verdict ${tone}"><strong>${headline}</strong><br>${summary}</div>
${left.length > 0 && html`<h2>What is left to do</h2><ol>${left.map((one) => html`<li>${one}</li>`)}</ol>`}
${failures
  .filter((one) => one !== null)
  .map(({ error, state, cause }) => html`<p class="bad">${error} in ${state}<br><code>${cause}</code></p>`)}
${body}
<p><small>${note !== undefined && html`${note}<br>`}Started ${bothZones(execution.startedAt, timeZone)}, recorded ${bothZones(execution.recordedAt, timeZone)}<br>Execution ${execution.arn}</small></p>`,
  );
}

/** What was found and decided, a line each. */
export const factTable = (title: string, rows: readonly (readonly [what: string, how: string])[]): Markup =>
  html`<h2>${title}</h2><table class="cards"><tr><th>What</th><th>How it was</th></tr>${rows.map(
    ([what, how]) => html`<tr><td><strong>${what}</strong></td><td class="text">${how}</td></tr>
`,
  )}</table>`;

export function phasesOf(list: readonly Phase[]): Markup | undefined {
  const [first] = list;
  if (first === undefined) return undefined;
  const since = (time: string) => (Date.parse(time) - Date.parse(first.startedAt)) / 1000;
  const spans = list.map(({ name, startedAt, endedAt }) => ({ name, from: since(startedAt), to: since(endedAt) }));
  return html`<h2>Phases</h2>${atEachWidth((width) => timeLine({ title: 'time since the start', spans, width }))}`;
}
