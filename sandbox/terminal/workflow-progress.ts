import type { HistoryEvent } from '@aws-sdk/client-sfn';
import { stepLine, type Terminal } from './terminal.ts';

/**
 * Shows the task states of one execution as they pass: a line for each when it is done, a live line for the present.
 * The states of the proof that it starts stand indented between the states that start and await it.
 */
export type WorkflowProgress = {
  onHistory(event: HistoryEvent): void;
  /** An event of an execution that the workflow has started. */
  onChildHistory(event: HistoryEvent): void;
  /** A log line of a function: long work reports how far it is. */
  onLog(message: string): void;
  end(isGood: boolean): void;
};

type Step = { readonly name: string; readonly since: number; visits: number; error?: string };

/** Comes back for a second attempt. */
const restart = 'TakeWitness';
/** Awaits the proof: what the proof has reported before is shown behind the state that started it. */
const awaiting = 'CheckProof';

export function makeWorkflowProgress(terminal: Terminal): WorkflowProgress {
  const seen = new Set<string>();
  let step: Step | undefined;
  let child: Step | undefined;
  let seenInChild = new Set<string>();
  const held: string[] = [];
  const lineOf = ({ name, since, visits, error }: Step, mark: '✔' | '✖', indent = '') => {
    const remark = error ?? (visits > 1 ? `asked ${visits} times` : '');
    return stepLine(error === undefined ? mark : '✖', `${indent}${name}`, Date.now() - since, remark);
  };
  const finish = (mark: '✔' | '✖') => {
    if (step !== undefined) terminal.line(lineOf(step, mark));
    step = undefined;
  };
  const finishChild = (mark: '✔' | '✖') => {
    if (child !== undefined) held.push(lineOf(child, mark, '  '));
    child = undefined;
    if (step?.name === awaiting) for (const line of held.splice(0)) terminal.line(line);
  };
  return {
    onHistory(event) {
      const entered = event.stateEnteredEventDetails?.name;
      if (event.type === 'TaskStateEntered' && entered !== undefined) {
        if (entered === step?.name) step.visits += 1;
        // A loop of several tasks comes back to one that was shown: it belongs to the present step.
        if (seen.has(entered) && entered !== restart) return;
        finish('✔');
        if (entered === restart && seen.has(entered)) {
          seen.clear();
          terminal.line('  second attempt, with a longer bracket');
        }
        seen.add(entered);
        step = { name: entered, since: Date.now(), visits: 1 };
        terminal.status(entered, step.since);
      }
      noteFailure(event, step);
    },
    onChildHistory(event) {
      const entered = event.stateEnteredEventDetails?.name;
      if (event.type === 'ExecutionStarted') seenInChild = new Set();
      if (event.type === 'TaskStateEntered' && entered !== undefined) {
        if (entered === child?.name) child.visits += 1;
        if (seenInChild.has(entered)) return;
        finishChild('✔');
        seenInChild.add(entered);
        child = { name: entered, since: Date.now(), visits: 1 };
        terminal.status(entered, child.since);
      }
      noteFailure(event, child);
      if (/^Execution(Succeeded|Failed|Aborted|TimedOut)$/.test(event.type ?? '')) {
        finishChild(event.type === 'ExecutionSucceeded' ? '✔' : '✖');
      }
    },
    onLog(message) {
      const present = child ?? step;
      if (present === undefined || !message.includes('"progress"')) return;
      const { step: part, done, total } = JSON.parse(message) as { step: string; done: number; total: number };
      const share = total > 0 ? `${Math.floor((100 * done) / total)} %` : '';
      terminal.status(`${present.name}  ${part} ${share}`, present.since);
    },
    end(isGood) {
      finish(isGood ? '✔' : '✖');
      terminal.clear();
    },
  };
}

function noteFailure(event: HistoryEvent, step: Step | undefined): void {
  if (step === undefined) return;
  const failed = event.taskFailedEventDetails ?? event.taskTimedOutEventDetails;
  if (failed !== undefined) step.error = failed.error ?? 'failed';
  if (event.type === 'TaskSucceeded') delete step.error;
}
