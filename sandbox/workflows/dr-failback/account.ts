import type { FailbackRecord } from '../../../shared/contracts/dr-failback/dr-failback.ts';
import type { StrandedReport } from '../../../shared/contracts/dr-failback/stranded.ts';
import type { Acknowledged } from '../dr-promotion/application.ts';

export type FailbackAccount = { readonly acknowledged: number; readonly lost: readonly Acknowledged[] };

/** Of a planned switch every acknowledged write must be at home: there is no loss that anybody could declare. */
export const accountOfFailback = (
  acknowledged: readonly Acknowledged[],
  home: ReadonlySet<number>,
): FailbackAccount => ({ acknowledged: acknowledged.length, lost: acknowledged.filter(({ id }) => !home.has(id)) });

export function failbackLines(
  { outageSeconds, phases }: Pick<FailbackRecord, 'outageSeconds' | 'phases'>,
  { rows, tables, sha256 }: Pick<StrandedReport, 'rows' | 'tables' | 'sha256'>,
  { acknowledged, lost }: FailbackAccount,
  againMilliseconds: number | undefined,
): string[] {
  const seconds = (milliseconds: number) => `${(milliseconds / 1000).toFixed(1)} s`;
  return [
    `Stranded   ${rows} rows on the old primary alone${rows === 0 ? '' : ` (${tables.map((one) => `${one.table}: ${one.onlyThere + one.differs}`).join(', ')}), accepted as ${sha256.slice(0, 12)}…`}`,
    `Account    ${acknowledged} acknowledged while it came home, ${acknowledged - lost.length} on the primary at home, ${lost.length} LOST`,
    `Outage     ${outageSeconds === null ? 'unknown' : `${outageSeconds.toFixed(1)} s from the fence until a client had confirmed it`}; the application wrote again ${againMilliseconds === undefined ? 'NEVER' : `${seconds(againMilliseconds)} after it was open`}`,
    ...phases.map(
      ({ name, startedAt, endedAt }) =>
        `  ${name.padEnd(16)} ${seconds(Date.parse(endedAt) - Date.parse(startedAt)).padStart(8)}`,
    ),
  ];
}
