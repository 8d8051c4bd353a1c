import type { PromotionRecord } from '../../../shared/contracts/dr-promotion/dr-promotion.ts';
import type { Acknowledged } from './application.ts';

export type Account = {
  readonly acknowledged: number;
  readonly there: number;
  /** Acknowledged, not on the new primary, and in the loss that was declared. */
  readonly declared: readonly Acknowledged[];
  /** Acknowledged, and lost without a word. */
  readonly unexplained: readonly Acknowledged[];
};

/** Each acknowledged write is on the new primary, or its time lies in the loss that the record declares. */
export function accountOf(
  acknowledged: readonly Acknowledged[],
  there: ReadonlySet<number>,
  { fence, lossSeconds }: Pick<PromotionRecord, 'fence' | 'lossSeconds'>,
): Account {
  const until = fence === null ? 0 : Date.parse(fence.at);
  const from = until - (lossSeconds ?? 0) * 1000;
  const missing = acknowledged.filter(({ id }) => !there.has(id));
  const isDeclared = ({ at }: Acknowledged) => (lossSeconds ?? 0) > 0 && at >= from && at <= until;
  return {
    acknowledged: acknowledged.length,
    there: acknowledged.length - missing.length,
    declared: missing.filter(isDeclared),
    unexplained: missing.filter((one) => !isDeclared(one)),
  };
}

/** In the order in which people ask: what is lost, how long it took, where the time went. */
export function accountLines(
  { lossSeconds, rtoSeconds, phases }: Pick<PromotionRecord, 'lossSeconds' | 'rtoSeconds' | 'phases'>,
  account: Account,
  lost: number,
  again: number | undefined,
): string[] {
  const seconds = (milliseconds: number) => `${(milliseconds / 1000).toFixed(1)} s`;
  return [
    `Account    ${account.acknowledged} acknowledged, ${account.there} on the new primary, ${account.declared.length} in the declared loss of at most ${lossSeconds ?? '?'} s, ${account.unexplained.length} UNEXPLAINED`,
    `RTO        ${rtoSeconds?.toFixed(1) ?? '?'} s from the order to a commit; the application wrote again ${again === undefined ? 'NEVER' : `${seconds(again - lost)} after the region was lost`}`,
    ...phases.map(
      ({ name, startedAt, endedAt }) =>
        `  ${name.padEnd(16)} ${seconds(Date.parse(endedAt) - Date.parse(startedAt)).padStart(8)}`,
    ),
  ];
}

/** What the machine costs beside what a person would wait for, too: fence, end of the lease, drain, the name, and RDS. */
export function overheadLine(
  { rtoSeconds, phases }: Pick<PromotionRecord, 'rtoSeconds' | 'phases'>,
  byHand: number,
): string {
  const waited = phases
    .filter(({ name }) => ['FencePrimary', 'AwaitLease', 'Drain', 'SwitchName'].includes(name))
    .reduce((sum, { startedAt, endedAt }) => sum + Date.parse(endedAt) - Date.parse(startedAt), 0);
  const overhead = (rtoSeconds ?? 0) - (waited + byHand) / 1000;
  return `Overhead   ${overhead.toFixed(1)} s of the RTO are neither fence, lease, drain and name (${(waited / 1000).toFixed(1)} s) nor the promotion by hand (${(byHand / 1000).toFixed(1)} s)`;
}
