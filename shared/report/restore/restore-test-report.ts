import type { NotTried, RestoreTestEvidence, TriedPath } from '../../contracts/restore-test.ts';
import { bothZones } from '../backup/backup-report.ts';
import { html, type Markup } from '../html.ts';
import { atEachWidth, page, wide } from '../page.ts';
import { timeLine } from '../plot/time-line.ts';
import { breakable, duration, ofTarget, pathTone, restoredText, timesText } from './path-text.ts';

/** One restore test as a page: each path with its verdict and its times, what is not proven first. */
export function restoreTestReport(evidence: RestoreTestEvidence, timeZone: string): string {
  const { database, stage, isProven, summary, tried, notTried, failure, execution } = evidence;
  const name = database ?? 'unknown database';
  const inOrder = tried.toSorted((one, other) => Number(isGood(one)) - Number(isGood(other)));
  return page(
    `Ways back of ${name}: ${isProven ? 'proven' : 'not proven'}`,
    html`
<h1>Restore test of ${name} <small>${stage}</small></h1>
<div class="verdict ${isProven ? 'good' : 'bad'}"><strong>${isProven ? 'PROVEN' : 'NOT PROVEN'}</strong><br>${breakable(summary)}</div>
${failure && html`<p class="bad">${failure.error} in ${failure.state}<br><code>${failure.cause}</code></p>`}
${tried.length > 0 && html`<h2>Paths that were tried</h2>${wide('Paths that were tried', triedTable(inOrder))}`}
${notTried.length > 0 && html`<h2>Paths that were not tried</h2>${wide('Paths that were not tried', notTriedTable(notTried))}`}
${inOrder.map((one) => phasesOf(one))}
<p><small>Started ${bothZones(execution.startedAt, timeZone)}, recorded ${bothZones(execution.recordedAt, timeZone)}<br>Execution ${execution.arn}
<br>This page and its evidence are bound by a record under <code>evidence-chain/${name}--restore-test/</code>; the notification names it.</small></p>`,
  );
}

const isGood = ({ verdict }: TriedPath): boolean => verdict === 'exact' || verdict === 'bounded';

const triedTable = (tried: readonly TriedPath[]): Markup => html`<table class="cards">
<tr><th>Path</th><th>Verdict</th><th class="number">Usable after</th><th class="number">Would be lost</th><th>What was seen</th></tr>
${tried.map(
  (
    one,
  ) => html`<tr><td><strong>${one.path}</strong><br><small>${one.region}</small></td><td class="state ${pathTone(one.verdict)}">${one.verdict}</td><td class="number ${one.isInTime === false && 'bad'}" data-label="usable after">${ofTarget(one.times.usable, one.targetSeconds)}</td><td class="number" data-label="would be lost">${duration(one.rpoSeconds)}</td><td>${seenOf(one)}</td></tr>
`,
)}</table>`;

const seenOf = ({ summary, blame, cleanUpFailure, times, restored, pause, witness }: TriedPath): Markup =>
  html`${breakable(summary)}${blame && html`<br>At fault: ${blame.blamed}; ${blame.remedy}`}${cleanUpFailure && html`<br><span class="bad">A copy was left behind: ${cleanUpFailure.error}</span>`}<br><small>${timesText(times)}; restored ${breakable(restoredText({ restored, pause }))}; compared with ${breakable(witness.evidenceKey)}</small>`;

const notTriedTable = (notTried: readonly NotTried[]): Markup => html`<table class="cards">
<tr><th>Path</th><th>Why</th><th>Reason</th></tr>
${notTried.map(
  ({ path, kind, reason }) =>
    html`<tr><td><strong>${path}</strong></td><td class="state ${kind === 'impossible' ? 'bad' : 'warn'}">${kind}</td><td>${breakable(reason)}</td></tr>
`,
)}</table>`;

function phasesOf({ path, phases }: TriedPath): Markup | undefined {
  const [first] = phases;
  if (first === undefined) return undefined;
  const since = (time: string) => (Date.parse(time) - Date.parse(first.startedAt)) / 1000;
  const spans = phases.map(({ name, startedAt, endedAt }) => ({ name, from: since(startedAt), to: since(endedAt) }));
  return html`<h2>Phases of ${path}</h2>
${atEachWidth((width) => timeLine({ title: `${path}: time since the request`, spans, width }))}`;
}
