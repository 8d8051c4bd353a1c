import { setTimeout as delay } from 'node:timers/promises';
import { RecordRemedyOutput, RemediationRecord } from '../../../shared/contracts/remediation/remediation.ts';
import { approve, waitingIn } from '../../demo/approve.ts';
import { type Blocking, blockingPlace, blockSessions } from '../../demo/blocking.ts';
import type { Sandbox } from '../../sandbox.ts';
import type { Drill, DrillResult, DrillScene } from '../drill.ts';

let blocking: Blocking | undefined;
const waiters = 40;
/** Longer than `blockingSeconds` of operations.yml. */
const seconds = 11;

/**
 * The application of the demo forgets a transaction, forty others wait for its row, and the alarm says so. Where a remedy asks, as on a
 * finding that the application's credential leaked, the operator of the sandbox says yes.
 */
export const drill: Drill = {
  lasts: 'a quarter of a minute until the blocker is old enough',
  costs: 'nothing',
  event: 'events/cloudwatch/blocked-sessions.json',
  megabytes: 8,
  async prepare({ sandbox, source, ends }) {
    const begun = await blockSessions(await blockingPlace(source.master), waiters, seconds);
    ends.defer(begun.release);
    blocking = begun;
    sayYes(sandbox, ends);
    return undefined;
  },
  async show({ output, status, error, cause, read }) {
    const report = RecordRemedyOutput.safeParse(output);
    if (!report.success || blocking === undefined)
      return { lines: [`${status}: ${error ?? ''} ${cause ?? ''}`.trim()], files: new Map() };
    const { outcome, summary, recordKey } = report.data;
    const text = await read(recordKey);
    const { found, answer } = RemediationRecord.parse(JSON.parse(text));
    const isOver = outcome === 'remedied';
    const seen =
      found?.remedy === 'end-root-blocker'
        ? await whoWentOn(blocking, isOver)
        : { lines: answer === null ? [] : [answer.reason], isGood: true };
    return {
      lines: [`${outcome}: ${summary}`, ...seen.lines],
      isGood: isOver && seen.isGood,
      files: new Map([['record.json', text]]),
    };
  },
};

async function whoWentOn(
  { pid, ended: allEnded }: Blocking,
  isOver: boolean,
): Promise<Required<Pick<DrillResult, 'lines' | 'isGood'>>> {
  // Nobody goes on by himself: what was not remedied waits for ever.
  if (!isOver) return { lines: [`session ${pid} still blocks, and ${waiters} sessions wait`], isGood: false };
  const { blocker, wentOn, failed } = await allEnded();
  return {
    lines: [`session ${pid}: ${blocker}; ${wentOn} of ${waiters} sessions that waited went on, ${failed} failed`],
    isGood: wentOn === waiters,
  };
}

function sayYes(sandbox: Sandbox, ends: DrillScene['ends']): void {
  const over = new AbortController();
  let work: Promise<void> | undefined;
  const stopListening = sandbox.states.onEvent((event) => {
    if (event.kind !== 'history' || !event.executionArn.includes(':execution:remediation-dev:')) return;
    stopListening();
    work = answer(sandbox, event.executionArn.split(':').at(-1) ?? '', over.signal);
    work.catch(() => {}); // reported at the end
  });
  ends.defer(async () => {
    stopListening();
    over.abort();
    await work;
  });
}

async function answer(sandbox: Sandbox, executionName: string, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const question = await waitingIn(sandbox, `remediation/approvals/${executionName}.json`);
    if (question !== undefined) return approve(sandbox, question as object, ['--yes']);
    await delay(100);
  }
}
