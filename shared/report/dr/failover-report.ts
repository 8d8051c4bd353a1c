import type { FailoverRecord } from '../../contracts/failover-drill/failover-drill.ts';
import { html, type Markup } from '../html.ts';
import { factTable, recordPage } from '../record-page.ts';

const tones = { planned: 'good', refused: 'warn', rehearsed: 'good', 'not rehearsed': 'bad' } as const;
const headlines = {
  planned: 'PLAN',
  refused: 'NOTHING WAS BEGUN',
  rehearsed: 'REHEARSED',
  'not rehearsed': 'NOT REHEARSED',
} as const;

/** A fail-over as a client saw it, for whoever must say how long one takes. */
export function failoverReport(record: FailoverRecord, timeZone: string): string {
  const { result, severity, failure } = record;
  const tone = result === 'rehearsed' && severity !== 'P4' ? 'warn' : tones[result];
  return recordPage(
    record,
    {
      ...{ what: 'Fail-over drill', headline: headlines[result], tone },
      failures: [failure],
      body: [seconds(record), facts(record)],
    },
    timeZone,
  );
}

/** Ten seconds a row: w written, c connected only, - nothing. */
function seconds({ rehearsal }: FailoverRecord): Markup | undefined {
  const outage = rehearsal?.outage;
  if (outage == null) return undefined;
  const rows = outage.bySecond.match(/.{1,10}/g) ?? [];
  return html`<h2>Second by second</h2>
<p>From the moment when RDS was asked. <strong>w</strong> a write was acknowledged, <strong>c</strong> connected and not written, <strong>-</strong> no connection.</p>
<table class="cards"><tr><th>From second</th><th>What the client met</th></tr>${rows.map(
    (row, index) => html`<tr><td>${index * 10}</td><td><code>${row}</code></td></tr>
`,
  )}</table>`;
}

function facts({ plan, rehearsal, check, limitSeconds }: FailoverRecord): Markup {
  const outage = rehearsal?.outage ?? null;
  const s = (value: number | undefined) => (value === undefined ? 'not measured' : `${value.toFixed(1)} s`);
  const rows: [string, string][] = [
    ['reason', plan?.reason ?? 'none was given'],
    ['instance', plan?.instanceId ?? 'unknown'],
    ['zone', `${plan?.zone ?? 'unknown'}, then ${check?.zone ?? 'unknown'}`],
    ['could not write for', `${s(outage?.seconds)}; reported when it is more than ${limitSeconds} s`],
    ['exact within', s(outage?.resolutionSeconds)],
    ['until it broke', s(outage?.untilBrokenSeconds)],
    ['without a connection', s(outage?.noConnectionSeconds)],
    ['connected, until the first write', s(outage?.noWriteSeconds)],
    ['acknowledged writes that are lost', rehearsal === null ? 'not looked' : String(rehearsal.lostWrites)],
    ['slots before', rehearsal === null ? 'not looked' : rehearsal.slots.map(({ name }) => name).join(', ') || 'none'],
    ['afterwards', check === null ? 'not looked' : check.open.join('; ') || 'all slots are there, and are read'],
  ];
  return factTable('What was measured', rows);
}
