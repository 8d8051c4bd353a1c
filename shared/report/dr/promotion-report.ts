import type { PromotionRecord } from '../../contracts/dr-promotion/dr-promotion.ts';
import { bothZones } from '../backup/backup-report.ts';
import { html, type Markup } from '../html.ts';
import { atEachWidth, page } from '../page.ts';
import { timeLine } from '../plot/time-line.ts';

const headlines = {
  planned: ['PLAN', 'good'],
  refused: ['NOT PROMOTED, nothing was changed', 'warn'],
  undone: ['NOT PROMOTED, the fence was lifted', 'warn'],
  'not undone': ['NOT PROMOTED, THE APPLICATIONS ARE KEPT OUT', 'bad'],
  promoted: ['PROMOTED', 'good'],
  unfinished: ['PROMOTION UNFINISHED', 'bad'],
} as const;

/** One promotion as a page for whoever is awake: what came of it, what is left to do, and how it went. */
export function promotionReport(record: PromotionRecord, timeZone: string): string {
  const { database, stage, result, summary, left, execution } = record;
  const [headline, tone] = headlines[result];
  const name = database ?? 'unknown database';
  return page(
    `Promotion of ${name}: ${headline}`,
    html`
<h1>Promotion of ${name} <small>${stage}</small></h1>
<div class="verdict ${tone}"><strong>${headline}</strong><br>${summary}</div>
${left.length > 0 && html`<h2>What is left to do</h2><ol>${left.map((one) => html`<li>${one}</li>`)}</ol>`}
${failures(record)}
<h2>How it was decided</h2>${decisions(record, timeZone)}
${phasesOf(record.phases)}
<p><small>Started ${bothZones(execution.startedAt, timeZone)}, recorded ${bothZones(execution.recordedAt, timeZone)}<br>Execution ${execution.arn}</small></p>`,
  );
}

const failures = ({ failure, liftFailure, nameFailure, hardenFailure }: PromotionRecord): Markup[] =>
  [failure, liftFailure, nameFailure, hardenFailure]
    .filter((one) => one !== null)
    .map(({ error, state, cause }) => html`<p class="bad">${error} in ${state}<br><code>${cause}</code></p>`);

function decisions(
  { plan, fence, lease, lossSeconds, rtoSeconds, opened, confirmed }: PromotionRecord,
  timeZone: string,
): Markup {
  const at = (time: string | null) => (time === null ? 'never' : bothZones(time, timeZone));
  const rows: [string, string][] = [
    ['reason', plan?.reason ?? 'none was given'],
    [
      'primary',
      plan === null
        ? 'unknown'
        : `${plan.primary.instanceId} in ${plan.primary.region}, ${plan.primary.status ?? 'RDS there does not answer'}`,
    ],
    [
      'replica',
      plan?.replica == null ? 'none' : `${plan.replica.instanceId} in ${plan.replica.region}, ${plan.replica.status}`,
    ],
    ['newest transaction of the replica', at(plan?.replica?.replay?.lastCommitAt ?? null)],
    ['loss that was accepted', plan === null ? 'unknown' : `at most ${plan.mostLossSeconds} s`],
    ['fence', fenceText(fence, at)],
    [
      'lease',
      lease === null
        ? plan?.lease == null
          ? 'the database has none'
          : `stays ${plan.lease.holder ?? 'nobody'}’s, epoch ${plan.lease.epoch}`
        : `${lease.holder}’s in epoch ${lease.epoch}, ${lease.registers} of 3 registers`,
    ],
    ['loss', lossSeconds === null ? 'unknown, or nothing was promoted' : `at most ${lossSeconds} s`],
    ['until it could be written to', rtoSeconds === null ? 'never' : `${rtoSeconds.toFixed(1)} s`],
    ['endpoint', opened?.endpoint ?? 'none'],
    [
      'client',
      confirmed === null
        ? 'none has confirmed it'
        : `${confirmed.role} resolved ${confirmed.name}, reached ${confirmed.target} and committed transaction ${confirmed.transaction} at ${at(confirmed.at)}`,
    ],
  ];
  return html`<table class="cards"><tr><th>What</th><th>How it was</th></tr>${rows.map(
    ([what, how]) => html`<tr><td><strong>${what}</strong></td><td>${how}</td></tr>
`,
  )}</table>`;
}

function fenceText(fence: PromotionRecord['fence'], at: (time: string) => string): string {
  if (fence === null) return 'none was put up';
  if (fence.kind === 'lease over')
    return `nothing reached the primary: its lease of epoch ${fence.epoch} was not renewed, and it kept its applications out by itself; seen at ${at(fence.at)} (${fence.observed.split('\n')[0]})`;
  return fence.kind === 'fenced'
    ? `${fence.roles.join(', ')} kept out since ${at(fence.at)}, ${fence.endedSessions} sessions ended, the log ended at ${fence.lsn}`
    : `NOBODY was kept out: ${fence.statement} (${fence.observed.split('\n')[0]})`;
}

export function phasesOf(list: PromotionRecord['phases']): Markup | undefined {
  const [first] = list;
  if (first === undefined) return undefined;
  const since = (time: string) => (Date.parse(time) - Date.parse(first.startedAt)) / 1000;
  const spans = list.map(({ name, startedAt, endedAt }) => ({ name, from: since(startedAt), to: since(endedAt) }));
  return html`<h2>Phases</h2>${atEachWidth((width) => timeLine({ title: 'time since the start', spans, width }))}`;
}
