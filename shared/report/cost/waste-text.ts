import type { Waste } from '../../contracts/waste.ts';
import { formatMoney } from '../format.ts';

/** What all findings cost together, in one sentence; what has no price is not in the sum and is said. */
export function wasteText({ findings, missing, currency }: Waste): string {
  const unpriced = findings.filter(({ aMonth }) => aMonth === null).length;
  const sum = findings.reduce((total, { aMonth }) => total + (aMonth ?? 0), 0);
  const [dearest] = findings;
  const priced = unpriced < findings.length ? [`${formatMoney(sum, currency)} a month`] : [];
  const money = [...priced, ...(unpriced > 0 ? [`${unpriced} without a price`] : [])].join(' and ');
  const found =
    dearest === undefined
      ? 'nothing found'
      : `${findings.length === 1 ? '1 finding' : `${findings.length} findings`}, ${money}, first ${dearest.kind} ${dearest.resource}`;
  const unknown = missing.map(({ part, region }) => `${part} (${region})`);
  return `Waste: ${found}${unknown.length > 0 ? `; NOT LOOKED AT: ${unknown.join(', ')}` : ''}`;
}
