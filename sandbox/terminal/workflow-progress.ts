import type { HistoryEvent } from '@aws-sdk/client-sfn';
import { stepLine, type Terminal } from './terminal.ts';

/** Shows the task states of one execution as they pass: a line for each when it is done, a live line for the present. */
export type WorkflowProgress = {
  onHistory(event: HistoryEvent): void;
  /** A log line of a function: long work tells how far it is. */
  onLog(message: string): void;
  end(isGood: boolean): void;
};

export function makeWorkflowProgress(terminal: Terminal): WorkflowProgress {
  const seen = new Set<string>();
  let step: { name: string; since: number; visits: number; error?: string } | undefined;
  const finish = (mark: '✔' | '✖') => {
    if (step === undefined) return;
    const remark = step.error ?? (step.visits > 1 ? `asked ${step.visits} times` : '');
    terminal.line(stepLine(step.error === undefined ? mark : '✖', step.name, Date.now() - step.since, remark));
    step = undefined;
  };
  return {
    onHistory(event) {
      const entered = event.stateEnteredEventDetails?.name;
      if (event.type === 'TaskStateEntered' && entered !== undefined) {
        if (entered === step?.name) step.visits += 1;
        // A loop of several tasks comes back to one that was shown: it belongs to the present step.
        if (seen.has(entered) && entered !== 'TakeWitness') return;
        finish('✔');
        if (entered === 'TakeWitness' && seen.has(entered)) {
          seen.clear();
          terminal.line('  second attempt, with a longer bracket');
        }
        seen.add(entered);
        step = { name: entered, since: Date.now(), visits: 1 };
        terminal.status(entered, step.since);
      }
      const failed = event.taskFailedEventDetails ?? event.taskTimedOutEventDetails;
      if (failed !== undefined && step !== undefined) step.error = failed.error ?? 'failed';
      if (event.type === 'TaskSucceeded' && step?.error !== undefined) delete step.error;
    },
    onLog(message) {
      if (step === undefined || !message.includes('"progress"')) return;
      const { step: part, done, total } = JSON.parse(message) as { step: string; done: number; total: number };
      const share = total > 0 ? `${Math.floor((100 * done) / total)} %` : '';
      terminal.status(`${step.name}  ${part} ${share}`, step.since);
    },
    end(isGood) {
      finish(isGood ? '✔' : '✖');
      terminal.clear();
    },
  };
}
