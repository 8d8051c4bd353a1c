import type { StrandedReport } from '../../contracts/dr-failback/stranded.ts';
import { bothZones } from '../backup/backup-report.ts';
import { html } from '../html.ts';
import { page } from '../page.ts';

/** What the old primary has committed alone, for whoever has to accept that it stays behind. */
export function strandedPage(report: StrandedReport, stage: string, timeZone: string): string {
  const { database, old, current, rows, tables, heartbeats, notRead, transactions, sha256, at } = report;
  const isClear = rows === 0 && notRead.length === 0;
  const headline = isClear
    ? 'NOTHING IS STRANDED'
    : rows === 0
      ? 'WHAT IS STRANDED IS UNKNOWN'
      : `${rows} STRANDED ROWS`;
  const name = (key: readonly string[]) => (key.length === 0 ? 'no key: hashes of whole rows' : key.join(', '));
  return page(
    `Stranded rows of ${database}: ${headline}`,
    html`
<h1>Stranded rows of ${database} <small>${stage}</small></h1>
<div class="verdict ${isClear ? 'good' : 'warn'}"><strong>${headline}</strong><br>${
      old === null ? 'The old primary is gone' : `On ${old.instanceId} in ${old.region}`
    }, and not on ${current.instanceId} in ${current.region}</div>
${
  !isClear &&
  html`<p>Nothing is set aside until a person has accepted exactly this: <code>"accept": "${sha256}"</code>${
    notRead.length > 0 &&
    html`, and has said in <code>"acceptUnknown"</code> why what nobody can read may be left behind`
  }. The instance stays, whatever is accepted.</p>`
}
${
  tables.length > 0 &&
  html`<h2>Rows</h2><table class="cards"><tr><th>Table</th><th>Only there</th><th>Differs</th><th>Keys</th></tr>${tables.map(
    (one) =>
      html`<tr><td><strong><code>${one.table}</code></strong><br><small>${name(one.key)}</small></td><td>${one.onlyThere} only there</td><td>${one.differs} with another row here</td><td>first: <code>${one.first
        .map((key) => key.join(', '))
        .join(' · ')}</code></td></tr>
`,
  )}</table>`
}
${
  notRead.length > 0 &&
  html`<h2>Not looked through</h2><ul>${notRead.map(({ what, why }) => html`<li><strong><code>${what}</code></strong>: ${why}</li>`)}</ul>`
}
${
  heartbeats.length > 0 &&
  html`<h2>Heartbeats</h2><ul>${heartbeats.map((one) => html`<li>${one.name}: beat ${one.beat} of ${bothZones(one.at, timeZone)}</li>`)}</ul>`
}
<h2>What this does not show</h2>
<p>${transactions === null ? 'How many transactions were committed there alone nobody knows.' : `${transactions} transactions were committed there alone; those of the lease and of the dead-man are among them.`}
A row that was deleted there, or written and deleted, leaves nothing to find. "Differs": the primary of today has another row under that key, which may be newer.</p>
<p><small>Looked for at ${bothZones(at, timeZone)}<br>SHA-256 ${sha256}</small></p>`,
  );
}
