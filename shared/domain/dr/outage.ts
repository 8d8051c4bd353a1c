import type { Outage, Probe } from '../../contracts/failover-drill/failover-drill.ts';

const seconds = (milliseconds: number) => Math.round(milliseconds) / 1000;

/** So many writes in a row after the last failure: it is over. */
export const steadyProbes = 10;

/** Whether the client has been cut off and has come back for good. Probes in the order in which they ended. */
export function isOver(probes: readonly Probe[]): boolean {
  const lastFailed = probes.findLastIndex(({ reached }) => reached !== 'wrote');
  return lastFailed >= 0 && probes.length - 1 - lastFailed >= steadyProbes;
}

/** What a client saw of a fail-over that was asked for at `askedAt`; null: it was never cut off, or has not come back. */
export function outageOf(probes: readonly Probe[], askedAt: number): Outage | null {
  const failed = probes.filter(({ reached }) => reached !== 'wrote');
  const [first, last] = [failed[0], failed.at(-1)];
  if (first === undefined || last === undefined) return null;
  const wrote = probes.filter(({ reached }) => reached === 'wrote');
  // A try that began before the break and ended after it belongs to neither side: its own end counts.
  const before = wrote.filter(({ endedAt }) => endedAt <= first.endedAt).at(-1);
  const after = wrote.find(({ at }) => at > last.at);
  if (after === undefined) return null;
  const from = before?.endedAt ?? askedAt;
  const firstConnected = failed.find(({ reached, at }) => reached === 'connected' && at > first.at)?.at ?? after.at;
  return {
    seconds: seconds(after.endedAt - from),
    resolutionSeconds: seconds(Math.max(first.at - from, after.at - last.at, 0)),
    untilBrokenSeconds: seconds(Math.max(0, first.at - askedAt)),
    noConnectionSeconds: seconds(Math.max(0, firstConnected - first.at)),
    noWriteSeconds: seconds(Math.max(0, after.endedAt - firstConnected)),
    bySecond: bySecond(probes, askedAt),
  };
}

/** The worst that a client met in each second; a second in which none began is as the one before. */
function bySecond(probes: readonly Probe[], askedAt: number): string {
  const letters: string[] = [];
  for (const { at, reached } of probes) {
    const second = Math.floor((at - askedAt) / 1000);
    if (second < 0) continue;
    const letter = reached === 'wrote' ? 'w' : reached === 'connected' ? 'c' : '-';
    const there = letters[second];
    if (there === undefined || '-cw'.indexOf(letter) < '-cw'.indexOf(there)) letters[second] = letter;
  }
  for (let second = 0; second < letters.length; second += 1) letters[second] ??= letters[second - 1] ?? 'w';
  return letters.join('');
}
