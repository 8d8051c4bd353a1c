import { setTimeout as delay } from 'node:timers/promises';

/**
 * Time in the sandbox. `now` is the true time, because PostgreSQL servers and evidence use it; only waiting is
 * shortened: a wait of 60 s at speed 20 takes 3 s.
 */
export type Clock = {
  readonly speed: number;
  now(): Date;
  /** Waits `milliseconds / speed`; rejects with the signal's reason when aborted. */
  wait(milliseconds: number, signal?: AbortSignal): Promise<void>;
};

export function makeClock(speed = 1): Clock {
  return {
    speed,
    now: () => new Date(),
    wait: async (milliseconds, signal) => {
      await delay(milliseconds / speed, undefined, signal === undefined ? {} : { signal });
    },
  };
}

/** The same clock, whose waits last `least` true milliseconds, or as long as they would without any speed. */
export const withLeastWait = (clock: Clock, least: number): Clock => ({
  ...clock,
  wait: (milliseconds, signal) =>
    clock.wait(Math.max(milliseconds, Math.min(milliseconds, least) * clock.speed), signal),
});
