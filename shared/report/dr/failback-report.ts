import type { FailbackRecord } from '../../contracts/dr-failback/dr-failback.ts';
import { bothZones } from '../backup/backup-report.ts';
import { html, type Markup } from '../html.ts';
import { page } from '../page.ts';
import { phasesOf } from './promotion-report.ts';

const headlines = {
  planned: ['PLAN', 'good'],
  refused: ['NOT BEGUN, nothing was changed', 'warn'],
  stopped: ['STOPPED, the primary is where it was', 'warn'],
  rebuilt: ['REBUILT, ready to be switched', 'good'],
  undone: ['NOT SWITCHED, the fence was lifted', 'warn'],
  'not undone': ['NOT SWITCHED, THE APPLICATIONS ARE KEPT OUT', 'bad'],
  'failed back': ['HOME', 'good'],
  unfinished: ['FAILBACK UNFINISHED', 'bad'],
} as const;

/** One failback as a page: what came of it, what is left to do, and how it went. */
export function failbackReport(record: FailbackRecord, timeZone: string): string {
  const { database, stage, result, summary, left, execution } = record;
  const [headline, tone] = headlines[result];
  const name = database ?? 'unknown database';
  return page(
    `Failback of ${name}: ${headline}`,
    html`
<h1>Failback of ${name} <small>${stage}</small></h1>
<div class="verdict ${tone}"><strong>${headline}</strong><br>${summary}</div>
${left.length > 0 && html`<h2>What is left to do</h2><ol>${left.map((one) => html`<li>${one}</li>`)}</ol>`}
${failures(record)}
<h2>How it was decided</h2>${decisions(record, timeZone)}
${phasesOf(record.phases)}
<p><small>Started ${bothZones(execution.startedAt, timeZone)}, recorded ${bothZones(execution.recordedAt, timeZone)}<br>Execution ${execution.arn}</small></p>`,
  );
}

const failures = ({ failure, liftFailure, nameFailure, hardenFailure }: FailbackRecord): Markup[] =>
  [failure, liftFailure, nameFailure, hardenFailure]
    .filter((one) => one !== null)
    .map(({ error, state, cause }) => html`<p class="bad">${error} in ${state}<br><code>${cause}</code></p>`);

function decisions(record: FailbackRecord, timeZone: string): Markup {
  const { plan, stranded, fence, compared, lease, opened, confirmed, outageSeconds } = record;
  const rows: [string, string][] = [
    ['reason', plan?.reason ?? 'none was given'],
    [
      'primary',
      plan?.primary == null
        ? 'unknown'
        : `${plan.primary.instanceId} in ${plan.primary.region}, ${plan.primary.status}`,
    ],
    [
      'old primary',
      plan?.old == null
        ? 'gone'
        : `${plan.old.instanceId}, ${plan.old.status}${plan.old.isSetAside ? ', set aside' : ''}`,
    ],
    [
      'stranded',
      stranded === null
        ? 'nobody has looked'
        : `${stranded.rows} rows, ${stranded.notRead.length} parts unread; ${stranded.isAccepted ? 'accepted, or nothing to accept' : 'NOT ACCEPTED'}; report ${stranded.sha256}`,
    ],
    [
      'fence',
      fence?.kind === 'fenced'
        ? `${fence.roles.join(', ')} kept out since ${bothZones(fence.at, timeZone)}, ${fence.endedSessions} sessions ended, the log ended at ${fence.lsn}`
        : 'none was put up',
    ],
    [
      'both sides',
      compared === null
        ? 'not compared'
        : compared.differing.length > 0
          ? `DIFFER: ${compared.differing.join(', ')}`
          : `${compared.rows} rows of ${compared.tables} tables are the same${compared.uncompared === 0 ? '' : `; of ${compared.uncompared} tables the replayed log is the proof`}`,
    ],
    [
      'lease',
      lease === null ? 'stays' : `${lease.holder}’s in epoch ${lease.epoch}, ${lease.registers} of 3 registers`,
    ],
    ['nobody could write', outageSeconds === null ? 'unknown, or never' : `for ${outageSeconds.toFixed(1)} s`],
    ['endpoint', opened?.endpoint ?? 'none'],
    [
      'client',
      confirmed === null
        ? 'none has confirmed it'
        : `${confirmed.role} resolved ${confirmed.name}, reached ${confirmed.target} and committed transaction ${confirmed.transaction}`,
    ],
  ];
  return html`<table class="cards"><tr><th>What</th><th>How it was</th></tr>${rows.map(
    ([what, how]) => html`<tr><td><strong>${what}</strong></td><td>${how}</td></tr>
`,
  )}</table>`;
}
