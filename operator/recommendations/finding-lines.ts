import type { Recommendations } from '../../shared/contracts/recommendations.ts';
import { isAbout } from './accept.ts';
import type { StoredWaste } from './store.ts';
import { tableLines } from './table.ts';

/** The findings of the newest report that looked for waste, and which of them the list has. */
export function findingLines(stored: StoredWaste | undefined, { entries }: Recommendations): string[] {
  if (stored === undefined) {
    return [
      'No report has looked for waste yet. Start cost-report with {"findWaste": true}, or wait for the weekly one.',
    ];
  }
  const { waste, key, storedAt } = stored;
  const rows = waste.findings.map((finding) => [
    finding.aMonth === null ? 'unknown' : finding.aMonth.toFixed(2),
    finding.difficulty,
    entries.some((entry) => isAbout(entry, finding)) ? 'accepted' : '',
    finding.id,
    finding.evidence,
  ]);
  const sum = waste.findings.reduce((total, { aMonth }) => total + (aMonth ?? 0), 0);
  const unpriced = waste.findings.filter(({ aMonth }) => aMonth === null).length;
  return [
    ...(rows.length === 0
      ? []
      : tableLines(['a month', 'difficulty', 'ledger', 'id', 'what was seen'], rows, ['a month'])),
    `${rows.length} findings, ${sum.toFixed(2)} ${waste.currency} a month and ${unpriced} without a price, of '${key}' of ${storedAt}.`,
    ...waste.missing.map(({ part, region, error }) => `NOT LOOKED AT: ${part} (${region}), ${error}.`),
  ];
}
