import type { Clock } from '../clock.ts';
import { pause } from './pause.ts';

/** Calls `missed` when `beat` was not called for so many sandbox milliseconds. `stop` ends the watch. */
export function watchHeartbeat(
  clock: Clock,
  milliseconds: number,
  missed: () => void,
): { beat: () => void; stop: () => void } {
  let timer = new AbortController();
  const arm = () => {
    timer.abort();
    timer = new AbortController();
    pause(clock, milliseconds, timer.signal).then(missed, () => {});
  };
  arm();
  return { beat: arm, stop: () => timer.abort() };
}
