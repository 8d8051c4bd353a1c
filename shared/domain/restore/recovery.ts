import type { PathState, PathTrial, RecoveryPath } from '../../contracts/restore-test.ts';
import { RestorePath, type RestoreTestEvidence } from '../../contracts/restore-test.ts';
import { isProvenBy } from './assess-test.ts';
import { nextDue } from './due.ts';
import { predictRestore } from './prediction.ts';

export type RecoveryPolicy = { readonly intervalDays: number; readonly graceDays: number };

/** What the tests of a database say of its ways back, oldest test first. */
export const recoveryPaths = (
  tests: readonly RestoreTestEvidence[],
  policy: RecoveryPolicy,
  now: Date,
): RecoveryPath[] => RestorePath.options.map((path) => recoveryPath(path, tests, policy, now));

export type WaysBackHealth = { readonly failed: number; readonly stale: number };

/** What the alarms go by. A way back that somebody wants and nobody has ever tried is as good as a stale one. */
export const waysBackHealth = (
  paths: readonly Pick<RecoveryPath, 'path' | 'state'>[],
  targets: Readonly<Record<string, number | undefined>>,
): WaysBackHealth => ({
  failed: paths.filter(({ state }) => state === 'failed').length,
  stale: paths.filter(
    ({ path, state }) => state === 'stale' || (state === 'never tried' && targets[path] !== undefined),
  ).length,
});

function recoveryPath(
  path: RestorePath,
  tests: readonly RestoreTestEvidence[],
  { intervalDays, graceDays }: RecoveryPolicy,
  now: Date,
): RecoveryPath {
  const history = tests.flatMap((test) => trialsOf(path, test));
  const last = history.at(-1) ?? null;
  const lastProven = history.findLast(({ verdict }) => isProvenBy(verdict)) ?? null;
  const newest = tests.findLast((test) => isAbout(path, test));
  const left = newest?.notTried.find((one) => one.path === path);
  const notTried = left === undefined ? null : { kind: left.kind, reason: left.reason };
  const isAbsent = notTried?.kind === 'not set up' || notTried?.kind === 'not built';
  const staleFrom =
    isAbsent || lastProven === null ? null : nextDue(lastProven.startedAt, intervalDays + graceDays).toISOString();
  const due = isAbsent ? null : last === null ? now : nextDue(last.startedAt, intervalDays);
  const points = history.flatMap(({ startedAt, verdict, sourceBytes, times: { usable } }) =>
    isProvenBy(verdict) && usable !== null ? [{ at: new Date(startedAt), bytes: sourceBytes, seconds: usable }] : [],
  );
  return {
    path,
    state: stateOf(),
    notTried,
    last,
    lastProven,
    nextDue: due === null ? null : due.toISOString(),
    staleFrom,
    history,
    prediction: due === null ? null : (predictRestore(points, due) ?? null),
  };

  function stateOf(): PathState {
    if (isAbsent) return 'absent';
    if (notTried !== null) return 'failed';
    if (last === null) return 'never tried';
    if (!isProvenBy(last.verdict)) return 'failed';
    return staleFrom !== null && now.getTime() >= Date.parse(staleFrom) ? 'stale' : 'proven';
  }
}

/** A test that was not asked for a path says nothing of it. */
const isAbout = (path: RestorePath, { tried, notTried }: RestoreTestEvidence): boolean =>
  tried.some((one) => one.path === path) || notTried.some((one) => one.path === path && one.kind !== 'not asked');

const trialsOf = (path: RestorePath, { tried, execution, database, sourceBytes }: RestoreTestEvidence): PathTrial[] =>
  tried
    .filter((one) => one.path === path)
    .map(({ verdict, summary, blame, region, restored, pause, times, targetSeconds, isInTime, rpoSeconds }) => ({
      startedAt: execution.startedAt,
      verdict,
      summary,
      blame,
      region,
      restored,
      pause,
      times,
      targetSeconds,
      isInTime,
      rpoSeconds,
      sourceBytes: sourceBytes ?? 0,
      evidenceKey: `restore-test/${database}/${execution.name}/evidence.json`,
    }));
