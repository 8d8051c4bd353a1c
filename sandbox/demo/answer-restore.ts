import { type RestoreDecision, WaitingRestore } from '../../shared/contracts/restore/restore.ts';
import type { Sandbox } from '../sandbox.ts';
import { approve, waitingIn } from './approve.ts';

export type Decided = { readonly decision: RestoreDecision; readonly at?: string };

/**
 * Answers every question of an execution as the operator of the sandbox, by `npm run approve`, until it is stopped. `decide` is asked with
 * the question and how many there were before it.
 */
export function answerQuestions(
  sandbox: Sandbox,
  executionName: string,
  decide: (question: WaitingRestore, before: number) => Promise<Decided> | Decided,
): { stop(): Promise<void> } {
  let isOver = false;
  const answered = new Set<string>();
  const work = (async () => {
    while (!isOver) {
      const asked = await questionOf(sandbox, executionName);
      if (asked !== undefined && !answered.has(asked.token)) {
        const decided = await decide(asked, answered.size);
        answered.add(asked.token);
        const { decision, at } = decided;
        await approve(sandbox, asked, [options[decision], ...(at === undefined ? [] : [at])]);
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  })();
  work.catch(() => {}); // reported by `stop`
  return {
    async stop() {
      isOver = true;
      await work;
    },
  };
}

const options: Readonly<Record<RestoreDecision, string>> = {
  approve: '--yes',
  refuse: '--refuse',
  'go-on': '--go-on',
  'another-moment': '--another-moment',
  'give-up': '--give-up',
};

async function questionOf(sandbox: Sandbox, executionName: string): Promise<WaitingRestore | undefined> {
  const found = await waitingIn(sandbox, `restore/approvals/${executionName}.json`);
  return found === undefined ? undefined : WaitingRestore.parse(found);
}
