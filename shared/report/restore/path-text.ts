import type { RestoreTimes } from '../../contracts/restore-test.ts';

/** `1 h 05 min`, `3 min 20 s`, `12.3 s`; a dash for what was not reached. */
export function duration(seconds: number | null): string {
  if (seconds === null) return '–';
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`;
  const minutes = Math.round(whole / 60);
  if (minutes < 2880) return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
  return `${(minutes / 1440).toFixed(1)} days`;
}

export const timesText = ({ available, usable, verified }: RestoreTimes): string =>
  `available after ${duration(available)}, reachable with its parameters after ${duration(usable)}, verified after ${duration(verified)}`;

export const pathTone = (verdict: string): string => (verdict === 'exact' || verdict === 'bounded' ? 'good' : 'bad');
