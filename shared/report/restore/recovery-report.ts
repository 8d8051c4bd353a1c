import type { PathTrial, RecoveryPage, RecoveryPath } from '../../contracts/restore-test.ts';
import { bothZones, formatBytes } from '../backup/backup-report.ts';
import { html, type Markup } from '../html.ts';
import { atEachWidth, page, wide } from '../page.ts';
import { plot } from '../plot/plot.ts';
import { breakable, duration, ofTarget, restoredText, timesText } from './path-text.ts';

const tones = { proven: 'good', stale: 'warn', failed: 'bad', 'never tried': 'warn', absent: 'warn' } as const;
const order = { proven: 0, stale: 1, failed: 2, 'never tried': 3, absent: 4 } as const;

/** The ways back of one database, the ones that work first: who opens this page in trouble wants the fastest that does. */
export function recoveryReport({ database, stage, drawnAt, paths }: RecoveryPage, timeZone: string): string {
  const at = (time: string) => bothZones(time, timeZone);
  const usable = (one: RecoveryPath) => one.last?.times.usable ?? Number.POSITIVE_INFINITY;
  const inOrder = paths.toSorted(
    (one, other) => order[one.state] - order[other.state] || (usable(one) < usable(other) ? -1 : 1),
  );
  const count = (state: RecoveryPath['state']) => paths.filter((one) => one.state === state).length;
  const isSound = count('proven') > 0 && count('failed') + count('stale') + count('never tried') === 0;
  return page(
    `Ways back of ${database}`,
    html`
<h1>Ways back of ${database} <small>${stage}</small></h1>
<div class="verdict ${isSound ? 'good' : 'bad'}"><strong>${count('proven')} of ${paths.length} ways back are proven</strong><br>${stateCounts(count)}</div>
${wide(
  'Ways back',
  html`<table class="cards">
<tr><th>Path</th><th>State</th><th class="number">Usable after</th><th class="number">Would be lost</th><th>Last proof</th></tr>
${inOrder.map((one) => pathRow(one, at))}</table>`,
)}
<p><small>“Usable after” counts from the request until the copy answered with its source’s parameters in force; “would be lost” is what a loss of the database at the beginning of the test would have cost.</small></p>
${inOrder.map((one) => historyOf(one, timeZone))}
<p><small>Drawn ${at(drawnAt)}. A path that is not proven again until the moment under “stale from” is not to be relied on: look at the date before you believe this page.</small></p>`,
  );
}

const stateCounts = (count: (state: RecoveryPath['state']) => number): string =>
  (['failed', 'stale', 'never tried', 'absent'] as const)
    .flatMap((state) => (count(state) === 0 ? [] : [`${count(state)} ${state}`]))
    .join(', ');

function pathRow(one: RecoveryPath, at: (time: string) => string): Markup {
  const { path, state, last } = one;
  return html`<tr><td><strong>${path}</strong>${last && html`<br><small>${last.region}</small>`}</td><td class="state ${tones[state]}">${state}${state === 'proven' && last && html`<br><small>${last.verdict}</small>`}</td><td class="number ${last?.isInTime === false && 'bad'}" data-label="usable after">${ofTarget(last?.times.usable ?? null, last?.targetSeconds ?? null)}</td><td class="number" data-label="would be lost">${duration(last?.rpoSeconds ?? null)}</td><td>${proofOf(one, at)}</td></tr>
`;
}

function proofOf(one: RecoveryPath, at: (time: string) => string): Markup[] {
  const { notTried, last, lastProven, nextDue, staleFrom, prediction } = one;
  const lines = [
    ...(notTried === null ? [] : [html`<span class="warn">${notTried.kind}</span>: ${breakable(notTried.reason)}`]),
    ...(last === null
      ? []
      : [html`${at(last.startedAt)}: ${last.verdict}, ${breakable(last.summary)}`, evidenceOf(last)]),
    ...(last?.blame ? [html`At fault: ${last.blame.blamed}; ${last.blame.remedy}`] : []),
    ...(last?.verdict === 'failed' && lastProven !== null ? [html`Proven last ${at(lastProven.startedAt)}`] : []),
    ...(prediction === null
      ? []
      : [
          html`Expected next: ${duration(prediction.seconds)}, between ${duration(prediction.low)} and ${duration(prediction.high)} <small>at ${formatBytes(prediction.bytes)}, from ${prediction.points} trials</small>`,
        ]),
    ...(nextDue === null
      ? []
      : [html`<small>Next due ${day(nextDue)}${staleFrom && html`, stale from ${day(staleFrom)}`}</small>`]),
  ];
  return lines.map((line, index) => (index === 0 ? line : html`<br>${line}`));
}

/** A test is due on a day: the schedule looks once in each. */
const day = (time: string): string => `${time.slice(0, 10)} UTC`;

/** The page lies in `recovery/<database>/`: a link holds in the bucket and in a folder that was downloaded from it. */
const evidenceOf = (trial: PathTrial): Markup => {
  const { evidenceKey, times } = trial;
  const report = evidenceKey.replace(/[^/]*$/, 'report.html');
  return html`<a href="../../${report.split('/').map(encodeURIComponent).join('/')}">report</a> <small>${timesText(times)}; restored ${breakable(restoredText(trial))}</small>`;
};

function historyOf({ path, history, prediction }: RecoveryPath, timeZone: string): Markup | undefined {
  // One trial beside a target of hours is a picture of nothing.
  if (history.length < 2) return undefined;
  const days = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' });
  const minutes = (seconds: number | null) => (seconds === null ? null : seconds / 60);
  const isGood = ({ verdict }: PathTrial) => verdict === 'exact' || verdict === 'bounded';
  const none = history.map(() => null);
  const expected = prediction === null ? [] : [prediction];
  const later = expected.map(() => null);
  const axis = [...history.map(({ startedAt }) => days.format(new Date(startedAt))), ...expected.map(() => 'next')];
  const picture = {
    title: `${path}: until usable`,
    unit: 'minutes',
    axis,
    series: [
      { kind: 'bar', name: 'trial', values: [...history.map(({ times }) => minutes(times.usable)), ...later] },
      {
        kind: 'points',
        name: 'not proven',
        values: [...history.map((one) => (isGood(one) ? null : (minutes(one.times.usable) ?? 0))), ...later],
      },
      {
        kind: 'line',
        name: 'target',
        values: [...history.map(({ targetSeconds }) => minutes(targetSeconds)), ...later],
        dashed: true,
      },
      ...expected.map(
        ({ seconds }) => ({ kind: 'bar', name: 'expected', values: [...none, minutes(seconds)] }) as const,
      ),
    ],
  } as const;
  return html`<h2>${path}</h2>
<p>The newest ${history.length} trials.</p>
${atEachWidth((width) => plot({ ...picture, width, height: 220 }))}`;
}
