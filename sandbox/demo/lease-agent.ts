import { asAdministrator } from '../postgres/administration.ts';
import type { Sandbox } from '../sandbox.ts';
import { workflowOf } from '../template/workflow-of.ts';

/** Of the lease, in seconds: what a renewal leaves, and from one pass to the next. */
const hold = 180;
const every = 60;

/**
 * Runs `keep-lease` of a region each minute of the scaled clock. PostgreSQL's own clock is true: what a renewal leaves is shortened as
 * all waits are, or a database would hold its lease for thirty times as long as a promotion waits for its end.
 */
export function startLeaseAgent(
  sandbox: Sandbox,
  region: string,
  instance: string,
  database: string,
  speed = sandbox.clock.speed,
) {
  const stopping = new AbortController();
  const stack = sandbox.stacks.find((one) => one.region === region);
  const rule = stack?.rules.find(({ name }) => workflowOf(name) === 'keep-lease')?.name ?? '';
  async function pass(): Promise<void> {
    const running: string[] = [];
    const stopListening = sandbox.states.onEvent((event) => {
      if (event.kind === 'history' && event.executionArn.includes(`:${region}:`)) running.push(event.executionArn);
    });
    try {
      await sandbox.bus.fire(region, rule);
    } finally {
      stopListening();
    }
    const started = running.find((arn) => arn.includes(':execution:keep-lease-'));
    if (started !== undefined) await sandbox.states.waitForEnd(started);
    const left = hold / speed;
    await asAdministrator(
      sandbox.rds.inspect.server(region, instance),
      (client) =>
        client.query(
          `update gameday.lease set valid_until = least(valid_until, clock_timestamp() + $1 * interval '1 second') where isfinite(valid_until)`,
          [left],
        ),
      database,
    );
  }
  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      await pass().catch(() => undefined); // of a region that is gone
      await sandbox.clock.wait((every * 1_000 * sandbox.clock.speed) / speed, stopping.signal).catch(() => undefined);
    }
  }
  const running = run();
  return {
    pass,
    async stop() {
      stopping.abort();
      await running;
    },
  };
}
