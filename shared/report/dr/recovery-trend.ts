import type { PastRecoveries, PastRecovery, RecoveryTargets } from '../../contracts/dr-promotion/recovery.ts';
import { bothZones } from '../backup/backup-report.ts';
import { html, type Markup } from '../html.ts';
import { wide } from '../page.ts';

export const secondsText = (value: number | null): string => (value === null ? 'unknown' : `${value.toFixed(1)} s`);

type Measured = { readonly rtoSeconds: number | null; readonly rpoSeconds: number | null };

/** What was measured beside what is required. */
export function targetTable({ rtoSeconds, rpoSeconds }: Measured, targets: RecoveryTargets): Markup {
  const rows: [string, number | null, number][] = [
    ['RTO: from the order until a client had written', rtoSeconds, targets.rtoSeconds],
    ['RPO: lost of what was committed, at most', rpoSeconds, targets.rpoSeconds],
  ];
  return html`<h2>Targets</h2><table class="cards"><tr><th>What</th><th>Measured</th><th>Target</th></tr>${rows.map(
    ([what, measured, target]) =>
      html`<tr><td><strong>${what}</strong></td><td class="state ${measured === null ? '' : measured <= target ? 'good' : 'bad'}" data-label="measured">${secondsText(measured)}${measured !== null && measured > target && ', MISSED'}</td><td data-label="target">${secondsText(target)}</td></tr>
`,
  )}</table>`;
}

/** This one and those before it, the newest first. What could not be read is named. */
export function recoveryTrend(
  own: PastRecovery | undefined,
  { found, unread }: PastRecoveries,
  timeZone: string,
): Markup {
  const all = [...found, ...(own === undefined ? [] : [own])].toReversed();
  return html`<h2>Promotions and drills of this database</h2>${
    all.length === 0
      ? html`<p>None has been measured.</p>`
      : wide(
          'Promotions and drills',
          html`<table class="cards"><tr><th>When</th><th>What</th><th class="number">RTO</th><th class="number">RPO</th></tr>${all.map(
            ({ startedAt, kind, result, rtoSeconds, rpoSeconds }) =>
              html`<tr><td>${bothZones(startedAt, timeZone)}</td><td>${kind}, ${result}</td><td class="number" data-label="RTO">${secondsText(rtoSeconds)}</td><td class="number" data-label="RPO">${secondsText(rpoSeconds)}</td></tr>
`,
          )}</table>`,
        )
  }${unread.length > 0 && html`<p class="bad">Not read: ${unread.join('; ')}</p>`}`;
}
