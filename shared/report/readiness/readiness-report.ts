import type { Interval, Readiness, ReadinessReason } from '../../contracts/dr-readiness/dr-readiness.ts';
import { bothZones } from '../backup/backup-report.ts';
import { html, type Markup } from '../html.ts';
import { page, wide } from '../page.ts';
import { breakable, duration } from '../restore/path-text.ts';

const tones = { go: 'good', 'go with loss': 'warn', 'no-go': 'bad' } as const;
const weights = ['no-go', 'loss', 'note'] as const;
const weightTones = { 'no-go': 'bad', loss: 'warn', note: '' } as const;
const says = {
  go: 'A promotion would serve, and lose nothing that is known of.',
  'go with loss': 'A promotion would serve, and lose what is named below.',
  'no-go': 'A promotion would not serve before what is named below is mended.',
} as const;

/** For whoever must decide in a hurry: the verdict, what would be lost, and what to mend, the worst first. */
export function readinessReport(readiness: Readiness, stage: string, timeZone: string): string {
  const { database, at, verdict, path, reasons, recoveryPoint, recoveryTime, recoveryTimeFrom, targets, misses } =
    readiness;
  const inOrder = weights.flatMap((weight) => reasons.filter((one) => one.weight === weight));
  return page(
    `Readiness of ${database}`,
    html`
<h1>Readiness of ${database} <small>${stage}</small></h1>
<div class="verdict ${tones[verdict]}"><strong>${verdict}</strong><br>${says[verdict]}</div>
<table>
<tr><th scope="row">Way of a promotion</th><td>${path}</td></tr>
<tr><th scope="row">Would be lost</th><td>${intervalText(recoveryPoint)}${target(misses.includes('recovery point'), targets.rpoSeconds)}</td></tr>
<tr><th scope="row">Would take</th><td>${intervalText(recoveryTime)}${target(misses.includes('recovery time'), targets.rtoSeconds)}<br><small>${recoveryTimeFrom}</small></td></tr>
</table>
<h2>${reasons.length === 0 ? 'Nothing is to be mended' : `${reasons.length} to be mended`}</h2>
${
  reasons.length === 0
    ? undefined
    : wide(
        'What is to be mended',
        html`<table class="cards">
<tr><th>Weight</th><th>What</th><th>Seen</th><th>Do</th></tr>
${inOrder.map(row)}</table>`,
      )
}
<p><small>Assessed ${bothZones(at, timeZone)} from what both regions reported. It is done anew each hour: look at the date before you believe this page.</small></p>`,
  );
}

const row = ({ check, weight, subject, message, remedy }: ReadinessReason): Markup =>
  html`<tr><td class="state ${weightTones[weight]}">${weight}</td><td><strong>${breakable(subject)}</strong><br><small>${check}</small></td><td data-label="seen">${breakable(message)}</td><td data-label="do">${breakable(remedy)}</td></tr>
`;

const target = (isMissed: boolean, seconds: number): Markup =>
  html`<br><small class="${isMissed ? 'bad' : ''}">${isMissed && 'MORE THAN THE TARGET: '}at most ${duration(seconds)} is required</small>`;

const intervalText = (interval: Interval | null): string =>
  interval === null
    ? 'not known'
    : `${duration(interval.expected)}, between ${duration(interval.low)} and ${duration(interval.high)}`;
