import { setTimeout as pause } from 'node:timers/promises';
import type { Sandbox } from '../sandbox.ts';

/** CloudWatch looks at the alarm of the test, and at no other: those of databases that nobody measures would ask people, too. */
export async function followTestAlarm(sandbox: Sandbox, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const { speed } = sandbox.clock;
    // A minute is complete when it is over.
    const at = new Date(Date.now() + 60_000 / speed);
    await sandbox.alarms.evaluateAt(at, { speed, only: 'pg-gameday-alert-test-dev' });
    await pause(100, undefined, { signal });
  }
}
