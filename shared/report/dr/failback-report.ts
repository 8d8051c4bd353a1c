import type { FailbackRecord } from '../../contracts/dr-failback/dr-failback.ts';
import { bothZones } from '../backup/backup-report.ts';
import type { Markup } from '../html.ts';
import { factTable, phasesOf, recordPage } from '../record-page.ts';

const headlines = {
  planned: ['PLAN', 'good'],
  refused: ['NOT BEGUN, nothing was changed', 'warn'],
  stopped: ['STOPPED, the primary is where it was', 'warn'],
  rebuilt: ['REBUILT, ready to be switched', 'good'],
  undone: ['NOT SWITCHED, the fence was lifted', 'warn'],
  'not undone': ['NOT SWITCHED, THE APPLICATIONS ARE KEPT OUT', 'bad'],
  'failed back': ['HOME', 'good'],
  unfinished: ['FAILBACK UNFINISHED', 'bad'],
} as const;

/** One failback as a page: what came of it, what is left to do, and how it went. */
export function failbackReport(record: FailbackRecord, timeZone: string): string {
  const [headline, tone] = headlines[record.result];
  return recordPage(
    record,
    {
      ...{ what: 'Failback', headline, tone },
      failures: [record.failure, record.liftFailure, record.nameFailure, record.hardenFailure],
      body: [decisions(record, timeZone), phasesOf(record.phases)],
    },
    timeZone,
  );
}

function decisions(record: FailbackRecord, timeZone: string): Markup {
  const { plan, stranded, fence, compared, lease, opened, confirmed, outageSeconds } = record;
  const rows: [string, string][] = [
    ['reason', plan?.reason ?? 'none was given'],
    [
      'primary',
      plan?.primary == null
        ? 'unknown'
        : `${plan.primary.instanceId} in ${plan.primary.region}, ${plan.primary.status}`,
    ],
    [
      'old primary',
      plan?.old == null
        ? 'gone'
        : `${plan.old.instanceId}, ${plan.old.status}${plan.old.isSetAside ? ', set aside' : ''}`,
    ],
    [
      'stranded',
      stranded === null
        ? 'nobody has looked'
        : `${stranded.rows} rows, ${stranded.notRead.length} parts unread; ${stranded.isAccepted ? 'accepted, or nothing to accept' : 'NOT ACCEPTED'}; report ${stranded.sha256}`,
    ],
    [
      'fence',
      fence?.kind === 'fenced'
        ? `${fence.roles.join(', ')} kept out since ${bothZones(fence.at, timeZone)}, ${fence.endedSessions} sessions ended, the log ended at ${fence.lsn}`
        : 'none was put up',
    ],
    [
      'both sides',
      compared === null
        ? 'not compared'
        : compared.differing.length > 0
          ? `DIFFER: ${compared.differing.join(', ')}`
          : `${compared.rows} rows of ${compared.tables} tables are the same${compared.uncompared === 0 ? '' : `; of ${compared.uncompared} tables the replayed log is the proof`}`,
    ],
    [
      'lease',
      lease === null ? 'stays' : `${lease.holder}’s in epoch ${lease.epoch}, ${lease.registers} of 3 registers`,
    ],
    ['nobody could write', outageSeconds === null ? 'unknown, or never' : `for ${outageSeconds.toFixed(1)} s`],
    ['endpoint', opened?.endpoint ?? 'none'],
    [
      'client',
      confirmed === null
        ? 'none has confirmed it'
        : `${confirmed.role} resolved ${confirmed.name}, reached ${confirmed.target} and committed transaction ${confirmed.transaction}`,
    ],
  ];
  return factTable('How it was decided', rows);
}
