import type { Evidence } from '../../contracts/backup-and-verify.ts';
import type { RunFacts } from '../../contracts/proof/evidence-chain.ts';
import type { ProofCounts } from '../../contracts/proof/proof-counts.ts';
import { html, type Markup } from '../html.ts';
import { page, wide } from '../page.ts';
import { costText } from './cost-text.ts';
import { historyOf, phasesOf } from './plots.ts';
import { verdictHeadline } from './verdict-headline.ts';

/** Tables shown on the page; the evidence has them all. */
const shownTables = 500;
const shownFindings = 50;

/**
 * The evidence of one run as a page: verdict, ladder, phases, tables, and what the newest runs report. It is bound by
 * its record in the chain, so it cannot name that one.
 * Times in UTC and in the platform's zone.
 */
export function backupReport(evidence: Evidence, timeZone: string, history: readonly RunFacts[]): string {
  const name = evidence.database ?? 'unknown database';
  const at = (time: string) => bothZones(time, timeZone);
  return page(
    `${name}: ${evidence.verdict}`,
    html`
<h1>Backup of ${name} <small>${evidence.stage}</small></h1>
${verdictHeadline(evidence)}
${evidence.failure && html`<p class="bad">${evidence.failure.error} in ${evidence.failure.state}<br><code>${evidence.failure.cause}</code></p>`}
${evidence.cleanUpFailure && html`<p class="bad">Clean-up: ${evidence.cleanUpFailure.error}<br><code>${evidence.cleanUpFailure.cause}</code></p>`}
${evidence.copyFailure && html`<p class="bad">Not copied to another region: ${evidence.copyFailure.error}<br><code>${evidence.copyFailure.cause}</code></p>`}
${
  evidence.warnings.length > 0 &&
  html`<p class="warn">Warnings, which take nothing from the proof of the backup: look at the source.</p><ul>${evidence.warnings.map(
    ({ object, problem }) => html`<li class="warn"><code>${object}</code> ${problem}</li>`,
  )}</ul>`
}
${facts(evidence, at)}
<h2>Ladder</h2>
${wide(
  'Ladder',
  html`<table class="cards">
<tr><th>Rung</th><th>Status</th><th>What was seen</th></tr>
${evidence.rungs.map(
  (
    rung,
  ) => html`<tr><td><strong>${rung.name}</strong></td><td class="${tone(rung.status)}">${rung.status}</td><td>${rung.summary}${findingsOf(rung.findings)}</td></tr>
`,
)}</table>`,
)}
${phasesOf(evidence, at)}
${historyOf(history, timeZone)}
${tablesOf(evidence)}
<p><small>Execution ${evidence.execution.arn}${evidence.proof && html`<br>Proof ${evidence.proof.executionArn}`}
<br>This page and its evidence are bound by a record of the chain of evidence, under <code>evidence-chain/${evidence.database ?? '_unplanned'}/</code>; the notification names it.</small></p>`,
  );
}

function facts(
  { source, counts, snapshot, copiedTo, proof, execution, cost, tables }: Evidence,
  at: (time: string) => string,
): Markup {
  const rows: [string, string][] = [
    ...(source === null
      ? []
      : ([
          ['Source', `${source.instance}, database ${source.database}, PostgreSQL ${source.serverVersion}`],
          [
            'Source at S1',
            `${grouped(source.rows)} rows and pages of large objects in ${source.tables} tables, ${formatBytes(source.bytes)} of rows without indexes`,
          ],
        ] satisfies [string, string][])),
    ...(counts === null ? [] : ([['Proven', provenText(counts)]] satisfies [string, string][])),
    ...(snapshot === null
      ? []
      : ([
          ['Snapshot', `${snapshot.id}, ${at(snapshot.createdAt)}`],
          ['Bracket', `${at(snapshot.s1At)} to ${at(snapshot.s2At)}, attempt ${snapshot.attempt}`],
          ['Newest heartbeat', snapshot.newestHeartbeatAt === null ? 'not read' : at(snapshot.newestHeartbeatAt)],
          ...(snapshot.pause === undefined ? [] : [['Pause', pausedText(snapshot.pause)] as [string, string]]),
        ] satisfies [string, string][])),
    // It holds what was written between S1 and the snapshot, too: its number is another one than the source's at S1.
    ...(tables.length === 0
      ? []
      : ([
          ['Copy', `${grouped(String(tables.reduce((sum, { rows }) => sum + BigInt(rows), 0n)))} rows compared`],
        ] satisfies [string, string][])),
    ...(copiedTo === null ? [] : ([['Copied to', copiedTo]] satisfies [string, string][])),
    ...(proof === null ? [] : ([['Restored', `${proof.snapshotId} in ${proof.region}`]] satisfies [string, string][])),
    ...(cost === null
      ? []
      : ([
          ['Cost, predicted', costText(cost.predicted, cost.currency)],
          ['Cost, by its hours', cost.actual === null ? 'no copy was made' : costText(cost.actual, cost.currency)],
          ...(cost.cap.told === null ? [] : ([['Cap', cost.cap.told]] satisfies [string, string][])),
        ] satisfies [string, string][])),
    ['Started', at(execution.startedAt)],
    ['Recorded', at(execution.recordedAt)],
  ];
  return html`<table>${rows.map(([label, value]) => html`<tr><th scope="row">${label}</th><td>${value}</td></tr>`)}</table>`;
}

/** The numbers of the verdict's sentence, and of when they are. */
function provenText({ rows, tables, largeObjectPages: pages }: ProofCounts): string {
  const large =
    pages.all === '0' ? '' : `, ${grouped(pages.unproven)} of ${grouped(pages.all)} pages of large objects not`;
  return `${grouped(rows.proven)} of ${grouped(rows.all)} rows, ${tables.proven} of ${tables.all} tables${large}. Of a compared table the rows are those of the copy, at the snapshot's instant; of another one those of the source, counted or estimated`;
}

function findingsOf(findings: Evidence['rungs'][number]['findings']): Markup | undefined {
  if (findings.length === 0) return undefined;
  const more = findings.length - shownFindings;
  return html`<details><summary>${findings.length === 1 ? '1 finding' : `${findings.length} findings`}</summary><ul>${findings
    .slice(0, shownFindings)
    .map(
      (finding) => html`<li class="${tone(finding.status)}"><code>${finding.object}</code> ${finding.problem}</li>`,
    )}${more > 0 && html`<li>and ${more} more in the evidence</li>`}</ul></details>`;
}

function tablesOf({ tables }: Evidence): Markup | undefined {
  if (tables.length === 0) return undefined;
  const order = { failed: 0, unverifiable: 1, proven: 2 };
  const sorted = [...tables].sort(
    (left, right) => order[left.status] - order[right.status] || right.bytes - left.bytes,
  );
  const more = sorted.length - shownTables;
  return html`<h2>Tables</h2>
<p><small>Rows and size as the copy has them; size is that of the rows, without indexes.</small></p>
${wide(
  'Tables',
  html`<table class="cards">
<tr><th>Table</th><th>Status</th><th class="number">Rows</th><th class="number">Size</th><th class="number">Matched singly</th><th class="number">Unverifiable</th><th>Reason</th></tr>
${sorted.slice(0, shownTables).map(
  (
    table,
  ) => html`<tr><td><code>${table.table}</code></td><td class="state ${tone(table.status)}">${table.status}</td><td class="number" data-label="rows">${grouped(table.rows)}</td><td class="number" data-label="size">${formatBytes(table.bytes)}</td><td class="number" data-label="matched singly">${grouped(table.matchedRows)}</td><td class="number" data-label="unverifiable">${grouped(table.unverifiableRows)}</td><td>${table.reason}</td></tr>
`,
)}</table>`,
)}${more > 0 && html`<p>and ${more} more in the evidence</p>`}`;
}

function tone(status: string): string {
  if (status === 'exact' || status === 'passed' || status === 'proven' || status === 'note') return 'good';
  return status === 'failed' || status === 'not run' || status === 'unbracketed' ? 'bad' : 'warn';
}

export function bothZones(time: string, timeZone: string): string {
  const date = new Date(time);
  const utc = `${date.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
  const local = new Intl.DateTimeFormat('en-GB', { timeZone, timeStyle: 'medium', dateStyle: 'medium' }).format(date);
  return `${utc} (${local} ${timeZone})`;
}

const grouped = (count: string | number) => String(count).replace(/\B(?=(\d{3})+$)/g, '\u202f');

export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`;
}

/** Of the writers, while S1 was taken; the first relations that no lock was on. */
function pausedText(pause: NonNullable<NonNullable<Evidence['snapshot']>['pause']>): string {
  if ('missed' in pause) return `none: ${pause.missed}`;
  const { milliseconds, at, tables, unlocked } = pause;
  const names = `${unlocked.slice(0, 5).join(', ')}${unlocked.length > 5 ? ` and ${unlocked.length - 5} more` : ''}`;
  return `${Math.ceil(milliseconds)} ms until ${at}, ${tables} tables locked${names === '' ? '' : `; not locked: ${names}`}`;
}
