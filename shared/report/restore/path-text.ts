import type { PathTrial, RestoreTimes } from '../../contracts/restore-test.ts';
import { html, type Markup } from '../html.ts';

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

/** What was restored, and how long writers had waited for it to be one moment of all tables. */
export const restoredText = ({ restored, pause }: Pick<PathTrial, 'restored' | 'pause'>): string =>
  pause === null ? restored : `${restored}, for which writers had paused for ${Math.ceil(pause.milliseconds)} ms`;

/** Names that are longer than a column is wide may be broken anywhere, as code is. */
export const breakable = (text: string): Markup[] =>
  text.split(/(\S{25,})/).map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : html`${part}`));

/** `1 h 10 min of 2 h`, where there is a target. */
export const ofTarget = (usable: number | null, target: number | null): Markup =>
  html`${duration(usable)}${target !== null && html`<br><small>of ${duration(target)}</small>`}`;

export const pathTone = (verdict: string): string => (verdict === 'exact' || verdict === 'bounded' ? 'good' : 'bad');
