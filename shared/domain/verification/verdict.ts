import type { Verdict } from '../../contracts/backup-and-verify.ts';
import type { Failure } from '../../contracts/common.ts';
import { ladder, type Rung, type RungName, type TableVerdict } from '../../contracts/verification.ts';
import { countProof, countsText, isOfSource, unprovenShares } from './proof-counts.ts';

export type Limits = { readonly unverifiableRowShare: number; readonly unverifiableTables: number };

export type LadderRung = Omit<Rung, 'status'> & { readonly status: Rung['status'] | 'not run' };

/** The whole ladder, in order; what no task reported was not run. */
export function wholeLadder(rungs: readonly Rung[]): LadderRung[] {
  const reported = new Map<RungName, Rung>(rungs.map((rung) => [rung.name, rung]));
  return ladder.map((name) => reported.get(name) ?? { name, status: 'not run', summary: 'not run', findings: [] });
}

/**
 * `exact`: every row of every table is proven, and every rung passed. `bounded`: what could not be proven is named
 * and within the limits, which are shares of all rows and bytes that the source has. `unbracketed`: the snapshot's
 * instant lies outside S1 and S2. Everything else is `failed`: a rung that did not run has proven nothing.
 */
export function assess(
  rungs: readonly LadderRung[],
  tables: readonly TableVerdict[],
  limits: Limits,
  failure: Failure | null,
): { verdict: Verdict; summary: string } {
  const failedRung = rungs.find(({ name, status }) => status === 'failed' && name !== 'bracket');
  if (failedRung !== undefined) return { verdict: 'failed', summary: `${failedRung.name}: ${failedRung.summary}` };
  const failedTable = tables.find(({ status }) => status === 'failed');
  if (failedTable !== undefined) return { verdict: 'failed', summary: `${failedTable.table}: ${failedTable.reason}` };
  const bracket = rungs.find(({ name }) => name === 'bracket');
  if (bracket?.status === 'failed') return { verdict: 'unbracketed', summary: bracket.summary };
  if (failure !== null)
    return { verdict: 'failed', summary: `${failure.error} in ${failure.state}: ${failure.cause.split('\n')[0]}` };
  const missing = rungs.filter(({ status }) => status === 'not run').map(({ name }) => name);
  if (missing.length > 0) return { verdict: 'failed', summary: `not run: ${missing.join(', ')}` };

  const counts = countProof(tables);
  const proven = countsText(counts);
  const unprovenRows = BigInt(counts.rows.unproven) + BigInt(counts.largeObjectPages.unproven);
  const unverifiableTables = tables.filter((table) => table.status === 'unverifiable' && isOfSource(table)).length;
  const tablesOfCopy = tables.filter((table) => !isOfSource(table)).length;
  // The unverifiable tables are the gaps of that rung and are counted on their own.
  const isCounted = (name: string) => name === 'tables' && unverifiableTables + tablesOfCopy > 0;
  const gaps = rungs.filter(({ name, status }) => status === 'gap' && !isCounted(name)).map(({ name }) => name);
  if (unprovenRows === 0n && unverifiableTables + tablesOfCopy === 0 && gaps.length === 0) {
    return { verdict: 'exact', summary: `${proven} are proven equal to the source` };
  }
  const shares = unprovenShares(counts);
  const pages = counts.largeObjectPages.unproven;
  const unproven = [
    ...(counts.rows.unproven === '0' ? [] : [`${countOf(counts.rows.unproven, 'row')} (${percent(shares.rows)})`]),
    ...(pages === '0' ? [] : [`${countOf(pages, 'page')} of large objects`]),
    ...(unverifiableTables > 0 ? [countOf(unverifiableTables, 'table')] : []),
    ...(tablesOfCopy > 0 ? [`${countOf(tablesOfCopy, 'table')} of the bracket alone`] : []),
    ...(gaps.length > 0 ? [`gaps in ${gaps.join(', ')}`] : []),
    ...(shares.bytes > 0 ? [`${percent(shares.bytes)} of all bytes`] : []),
  ].join(', ');
  const limit = percent(limits.unverifiableRowShare);
  const beyond = (what: string) => ({
    verdict: 'failed' as const,
    summary: `unverifiable: ${unproven}; limit is ${what}; ${proven} are proven equal to the source`,
  });
  if (shares.rows > limits.unverifiableRowShare) return beyond(`${limit} of the rows`);
  if (shares.bytes > limits.unverifiableRowShare) return beyond(`${limit} of the bytes`);
  if (unverifiableTables > limits.unverifiableTables) return beyond(`${limits.unverifiableTables} tables`);
  return { verdict: 'bounded', summary: `${proven} are proven equal to the source; unverifiable: ${unproven}` };
}

const countOf = (count: number | string, noun: string) => (String(count) === '1' ? `1 ${noun}` : `${count} ${noun}s`);
const percent = (share: number) => `${Number((share * 100).toPrecision(2))} %`;
