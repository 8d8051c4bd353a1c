import type { RestoreRecord } from '../../contracts/restore/restore.ts';
import { bothZones } from '../backup/backup-report.ts';
import { html, type Markup } from '../html.ts';
import { factTable, phasesOf, recordPage } from '../record-page.ts';

const headlines = {
  planned: ['PLAN', 'good'],
  refused: ['NOT RESTORED, nothing was created', 'warn'],
  'given up': ['GIVEN UP, what was restored is deleted', 'warn'],
  kept: ['RESTORED, AND NOBODY HAS TAKEN IT OVER', 'bad'],
  'not deleted': ['GIVEN UP, AND NOT DELETED', 'bad'],
  'handed over': ['RESTORED AND HANDED OVER', 'good'],
  merged: ['RESTORED ROWS MERGED', 'good'],
} as const;

/** One restore as a page for whoever is awake: what came of it, what is left to do, what differs, and what was checked. */
export function restoreReport(record: RestoreRecord, timeZone: string): string {
  const [headline, tone] = headlines[record.result];
  return recordPage(
    record,
    {
      ...{ what: 'Restore', headline, tone: record.rungs.some(({ status }) => status === 'failed') ? 'bad' : tone },
      failures: [record.failure, record.deleteFailure, record.unread],
      body: [
        ...[decisions(record, timeZone), merged(record), parity(record), rungs(record), answers(record)],
        phasesOf(record.phases),
      ],
    },
    timeZone,
  );
}

function decisions({ plan, endpoint, newestHeartbeatAt, usableSeconds }: RestoreRecord, timeZone: string): Markup {
  if (plan === null) return html`<h2>What was restored</h2><p>Nothing was planned.</p>`;
  const { price, settings } = plan;
  const rows: [string, string][] = [
    ['reason', plan.reason ?? 'none was given'],
    ['source', `${plan.sourceInstanceId} in ${plan.region}, ${plan.sourceStatus ?? 'which is not there'}`],
    ['from', plan.backupName ?? 'nothing'],
    ['brings back until', plan.newestMoment === null ? 'unknown' : bothZones(plan.newestMoment, timeZone)],
    ['newest heartbeat in it', newestHeartbeatAt === null ? 'none' : bothZones(newestHeartbeatAt, timeZone)],
    [
      'instance',
      `${plan.candidateId}${settings === null ? '' : `, ${settings.instanceClass}, ${settings.storageGb} GB`}`,
    ],
    ['endpoint', endpoint ?? 'none'],
    ['until it answered', usableSeconds === null ? 'never' : `${usableSeconds.toFixed(1)} s`],
    ['price', `${price.day ?? 'unknown'} ${price.currency} a day, ${price.month ?? 'unknown'} a month`],
    ['witness', plan.witness?.evidenceKey ?? 'none: the rows were held against nothing'],
    ...plan.notes.map((note): [string, string] => ['note', note]),
  ];
  return factTable('What was restored', rows);
}

function merged({ merge, plan }: RestoreRecord): Markup | undefined {
  if (merge === null) return undefined;
  return html`<h2>What was merged</h2><table class="cards"><tr><th>Table</th><th>Inserted</th><th>Updated</th><th>Deleted</th></tr>${merge.merged.map(
    ({ table, missing, differing, surplus }) =>
      html`<tr><td><strong>${table}</strong></td><td>${missing}</td><td>${differing}</td><td>${surplus}</td></tr>
`,
  )}</table><p>Taken back for ${plan?.objects?.undoDays ?? 0} days by <code>npm run undo-restore</code>, run ${merge.run}.</p>`;
}

function parity({ differences, endpoint }: RestoreRecord): Markup | undefined {
  if (endpoint === null) return undefined;
  if (differences.length === 0) return html`<h2>Parity</h2><p>The instance is set up as its source is.</p>`;
  return html`<h2>Parity</h2><table class="cards"><tr><th>Setting</th><th>Source</th><th>Restored</th><th>What to do</th></tr>${differences.map(
    ({ setting, source, candidate, remedy }) =>
      html`<tr><td><strong>${setting}</strong></td><td>${source}</td><td>${candidate}</td><td>${remedy}</td></tr>
`,
  )}</table>`;
}

function rungs({ rungs: list, findings }: RestoreRecord): Markup | undefined {
  if (list.length === 0) return undefined;
  return html`<h2>What was checked</h2><table class="cards"><tr><th>Check</th><th>Result</th><th>What was found</th></tr>${list.map(
    ({ name, status, summary }) =>
      html`<tr><td><strong>${name}</strong></td><td>${status}</td><td>${summary}</td></tr>
`,
  )}</table>${
    findings.length > 0 &&
    html`<ul>${findings.map(({ object, problem, status }) => html`<li>${status}: ${object} ${problem}</li>`)}</ul>`
  }`;
}

function answers({ answers: list }: RestoreRecord): Markup | undefined {
  if (list.length === 0) return undefined;
  return html`<h2>What people decided</h2><ul>${list.map(({ reason }) => html`<li>${reason}</li>`)}</ul>`;
}
