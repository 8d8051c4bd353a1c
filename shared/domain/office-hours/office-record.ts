import type { OfficeHoursRecord } from '../../contracts/office-hours.ts';

/** What the office hours came to, in a line and in counts. */
export function assessOfficeHours({ actions, failure }: OfficeHoursRecord) {
  const failed = actions.filter(({ error }) => error !== null);
  const count = (action: 'stop' | 'start') => actions.filter((one) => one.action === action && one.done).length;
  const [stopped, started] = [count('stop'), count('start')];
  const left = actions.length - stopped - started - failed.length;
  const reasons = failed.map(({ instanceId, reason }) => `; '${instanceId}' ${reason}`).join('');
  return {
    summary:
      failure === null
        ? `${stopped} stopped, ${started} started, ${left} left after all, ${failed.length} failed${reasons}`
        : `office hours failed in ${failure.state}: ${failure.error}`,
    isComplete: failure === null && failed.length === 0,
    counts: {
      stopped,
      started,
      startedByRds: actions.filter(({ wasStartedByRds }) => wasStartedByRds).length,
      failed: failed.length + (failure === null ? 0 : 1),
    },
  };
}
