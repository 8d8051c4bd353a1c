import type { DrillEvidence } from '../../contracts/dr-drill/dr-drill.ts';
import { bothZones } from '../backup/backup-report.ts';
import { html, type Markup } from '../html.ts';
import { wide } from '../page.ts';
import { factTable, phasesOf, recordPage } from '../record-page.ts';

const headlines = {
  planned: ['PLAN', 'good'],
  refused: ['NOT REHEARSED, nothing was made', 'warn'],
  'not rehearsed': ['NOT REHEARSED TO ITS END', 'bad'],
  rehearsed: ['REHEARSED', 'good'],
} as const;

/** One drill as a page: what it came to, what it was held to, how it went, and the drills before it (oldest first). */
export function drillReport(record: DrillEvidence, before: readonly DrillEvidence[], timeZone: string): string {
  const { result, isInTime, failure, cleanUpFailure, plan } = record;
  const [headline, tone] = headlines[result];
  return recordPage(
    record,
    {
      what: 'Drill of a promotion',
      headline: isInTime === false ? `${headline}, NOT IN TIME` : headline,
      tone: isInTime === false || cleanUpFailure !== null ? 'bad' : tone,
      failures: [failure, cleanUpFailure],
      body: [targets(record), decisions(record, timeZone), phasesOf(record.phases), trend(record, before, timeZone)],
      note: `Everything was rehearsed on throw-away instances of scope ${plan?.scope ?? 'none'}; production was read, and not changed. What a drill does not rehearse stands in docs/runbooks/dr-drill.md.`,
    },
    timeZone,
  );
}

const seconds = (value: number | null): string => (value === null ? 'unknown' : `${value.toFixed(1)} s`);

function targets({ rtoSeconds, rpoSeconds, backupRpoSeconds, targets: wanted, plan }: DrillEvidence): Markup {
  const predicted = plan?.predicted;
  const rows: [string, string, string][] = [
    ['RTO: from the order until a client had written', seconds(rtoSeconds), seconds(wanted.rtoSeconds)],
    ['RPO: lost of what was committed', seconds(rpoSeconds), seconds(wanted.rpoSeconds)],
    ['lost had only the backup been left', seconds(backupRpoSeconds), 'none is set'],
    [
      'RTO that was predicted',
      predicted == null
        ? 'five drills are needed'
        : `${seconds(predicted.seconds)}, between ${seconds(predicted.low)} and ${seconds(predicted.high)}`,
      seconds(wanted.rtoSeconds),
    ],
  ];
  return html`<h2>Targets</h2><table class="cards"><tr><th>What</th><th>Measured</th><th>Target</th></tr>${rows.map(
    ([what, measured, target]) =>
      html`<tr><td><strong>${what}</strong></td><td data-label="measured">${measured}</td><td data-label="target">${target}</td></tr>
`,
  )}</table>`;
}

function decisions(record: DrillEvidence, timeZone: string): Markup {
  const { plan, prepared, fence, drained, lease, opened, confirmed, isCleanedUp } = record;
  const at = (time: string) => bothZones(time, timeZone);
  const rows: [string, string][] = [
    ['reason', plan?.reason ?? 'none was given'],
    [
      'restored from',
      plan?.backup == null
        ? 'nothing'
        : `${plan.backup.snapshotId} of ${at(plan.backup.takenAt)}, ${plan.backup.verdict}: the newest proven backup of ${plan.region}`,
    ],
    [
      'stood in for the primary',
      prepared === null
        ? 'nothing'
        : `${plan?.primaryId}: held the lease of the scope in epoch ${prepared.epoch}, and a client had written row ${prepared.row.marker}`,
    ],
    [
      'fence',
      fence === null
        ? 'none was put up'
        : `${fence.roles.join(', ')} kept out since ${at(fence.at)}, ${fence.endedSessions} sessions ended, the log ended at ${fence.lsn}`,
    ],
    [
      'drained',
      drained === null
        ? 'nobody looked'
        : drained.isDrained
          ? `the replica had replayed ${drained.replay.lsn}: nothing is lost`
          : `the replica had replayed ${drained.replay.lsn} only`,
    ],
    [
      'lease of the scope',
      lease === null ? 'was not taken' : `${lease.holder}’s in epoch ${lease.epoch}, ${lease.registers} of 3 registers`,
    ],
    ['open since', opened === null ? 'never' : `${at(opened.writableAt)}, ${opened.roles.join(', ')} let in again`],
    [
      'client',
      confirmed === null
        ? 'none has confirmed it'
        : `${confirmed.row.role} resolved ${confirmed.row.name}, reached ${confirmed.row.target}, ${confirmed.isBeforeThere ? 'found' : 'DID NOT FIND'} the row from before the fence, wrote row ${confirmed.row.marker} and read it back at ${at(confirmed.row.at)}`,
    ],
    ['cleaned up', isCleanedUp ? 'everything of the scope is gone' : 'NOT ALL OF IT, or nothing was made'],
  ];
  return factTable('How it went', rows);
}

function trend(record: DrillEvidence, before: readonly DrillEvidence[], timeZone: string): Markup | undefined {
  if (before.length === 0) return undefined;
  return html`<h2>This drill and those before it</h2>${wide(
    'Drills',
    html`<table class="cards"><tr><th>Drill</th><th>Result</th><th class="number">RTO</th><th class="number">RPO</th></tr>${[
      record,
      ...before.toReversed(),
    ].map(
      ({ execution, result, rtoSeconds, rpoSeconds }) =>
        html`<tr><td>${bothZones(execution.startedAt, timeZone)}</td><td>${result}</td><td class="number" data-label="RTO">${seconds(rtoSeconds)}</td><td class="number" data-label="RPO">${seconds(rpoSeconds)}</td></tr>
`,
    )}</table>`,
  )}`;
}
