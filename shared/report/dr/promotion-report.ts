import type { PromotionRecord } from '../../contracts/dr-promotion/dr-promotion.ts';
import type { PastRecoveries, PastRecovery } from '../../contracts/dr-promotion/recovery.ts';
import { bothZones } from '../backup/backup-report.ts';
import type { Markup } from '../html.ts';
import { factTable, phasesOf, recordPage } from '../record-page.ts';
import { recoveryTrend, targetTable } from './recovery-trend.ts';

const headlines = {
  planned: ['PLAN', 'good'],
  refused: ['NOT PROMOTED, nothing was changed', 'warn'],
  undone: ['NOT PROMOTED, the fence was lifted', 'warn'],
  'not undone': ['NOT PROMOTED, THE APPLICATIONS ARE KEPT OUT', 'bad'],
  promoted: ['PROMOTED', 'good'],
  unfinished: ['PROMOTION UNFINISHED', 'bad'],
} as const;

/** One promotion as a page for whoever is awake: what came of it, what is left to do, how it went, and those before it. */
export function promotionReport(
  record: PromotionRecord,
  own: PastRecovery | undefined,
  before: PastRecoveries,
  timeZone: string,
): string {
  const { result, isInTime, rtoSeconds, lossSeconds } = record;
  const [headline, tone] = headlines[result];
  return recordPage(
    record,
    {
      what: 'Promotion',
      headline: isInTime === false ? `${headline}, NOT IN TIME` : headline,
      tone: isInTime === false ? 'bad' : tone,
      failures: [record.failure, record.liftFailure, record.nameFailure, record.hardenFailure],
      body: [
        targetTable({ rtoSeconds, rpoSeconds: lossSeconds }, record.targets),
        decisions(record, timeZone),
        phasesOf(record.phases),
        recoveryTrend(own, before, timeZone),
      ],
    },
    timeZone,
  );
}

function decisions(
  { plan, fence, lease, lossSeconds, rtoSeconds, opened, confirmed, seen, answers }: PromotionRecord,
  timeZone: string,
): Markup {
  const at = (time: string | null) => (time === null ? 'never' : bothZones(time, timeZone));
  const rows: [string, string][] = [
    ['reason', plan?.reason ?? 'none was given'],
    [
      'decided',
      plan?.automatic == null
        ? 'by a person who started it'
        : `automatically${plan.automatic.alarm === null ? '' : `, by alarm ${plan.automatic.alarm}`}: ${seen === null ? 'nothing was watched' : `${seen.verdict}, ${seen.reason}`}`,
    ],
    ...answers.map(({ reason, at: answered }, index): [string, string] => [
      `answer ${index + 1} of those who were asked`,
      `${reason}, at ${at(answered)}`,
    ]),
    [
      'primary',
      plan === null
        ? 'unknown'
        : `${plan.primary.instanceId} in ${plan.primary.region}, ${plan.primary.status ?? 'RDS there does not answer'}`,
    ],
    [
      'replica',
      plan?.replica == null ? 'none' : `${plan.replica.instanceId} in ${plan.replica.region}, ${plan.replica.status}`,
    ],
    ['newest transaction of the replica', at(plan?.replica?.replay?.lastCommitAt ?? null)],
    ['loss that was accepted', plan === null ? 'unknown' : `at most ${plan.mostLossSeconds} s`],
    ['fence', fenceText(fence, at)],
    [
      'lease',
      lease === null
        ? plan?.lease == null
          ? 'the database has none'
          : `stays ${plan.lease.holder ?? 'nobody'}’s, epoch ${plan.lease.epoch}`
        : `${lease.holder}’s in epoch ${lease.epoch}, ${lease.registers} of 3 registers`,
    ],
    ['loss', lossSeconds === null ? 'unknown, or nothing was promoted' : `at most ${lossSeconds} s`],
    ['until it could be written to', rtoSeconds === null ? 'never' : `${rtoSeconds.toFixed(1)} s`],
    ['endpoint', opened?.endpoint ?? 'none'],
    [
      'client',
      confirmed === null
        ? 'none has confirmed it'
        : `${confirmed.role} resolved ${confirmed.name}, reached ${confirmed.target} and committed transaction ${confirmed.transaction} at ${at(confirmed.at)}`,
    ],
  ];
  return factTable('How it was decided', rows);
}

function fenceText(fence: PromotionRecord['fence'], at: (time: string) => string): string {
  if (fence === null) return 'none was put up';
  if (fence.kind === 'lease over')
    return `nothing reached the primary: its lease of epoch ${fence.epoch} was not renewed, and it kept its applications out by itself; seen at ${at(fence.at)} (${fence.observed.split('\n')[0]})`;
  return fence.kind === 'fenced'
    ? `${fence.roles.join(', ')} kept out since ${at(fence.at)}, ${fence.endedSessions} sessions ended, the log ended at ${fence.lsn}`
    : `NOBODY was kept out: ${fence.statement} (${fence.observed.split('\n')[0]})`;
}
