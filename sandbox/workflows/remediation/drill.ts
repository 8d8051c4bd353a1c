import { RecordRemedyOutput } from '../../../shared/contracts/remediation/remediation.ts';
import { type Blocking, blockingPlace, blockSessions } from '../../demo/blocking.ts';
import type { Drill } from '../drill.ts';

let blocking: Blocking | undefined;
const waiters = 40;
/** Longer than `blockingSeconds` of operations.yml. */
const seconds = 11;

/** The application of the demo forgets a transaction, forty others wait for its row, and the alarm says so. */
export const drill: Drill = {
  lasts: 'a quarter of a minute until the blocker is old enough',
  costs: 'nothing',
  event: 'events/cloudwatch/blocked-sessions.json',
  megabytes: 8,
  async prepare({ source, ends }) {
    const begun = await blockSessions(await blockingPlace(source.master), waiters, seconds);
    ends.defer(begun.release);
    blocking = begun;
    return undefined;
  },
  async show({ output, status, error, cause, read }) {
    const report = RecordRemedyOutput.safeParse(output);
    if (!report.success || blocking === undefined)
      return { lines: [`${status}: ${error ?? ''} ${cause ?? ''}`.trim()], files: new Map() };
    const { outcome, summary, recordKey } = report.data;
    const isOver = outcome === 'remedied';
    // Nobody goes on by himself: what was not remedied waits for ever.
    const ended = isOver ? await blocking.ended() : undefined;
    return {
      lines: [
        `${outcome}: ${summary}`,
        ended === undefined
          ? `session ${blocking.pid} still blocks, and ${waiters} sessions wait`
          : `session ${blocking.pid}: ${ended.blocker}; ${ended.wentOn} of ${waiters} sessions that waited went on, ${ended.failed} failed`,
      ],
      isGood: isOver && ended?.wentOn === waiters,
      files: new Map([['record.json', await read(recordKey)]]),
    };
  },
};
