import type { Phase } from '../../contracts/common.ts';
import type { RestoreTimes } from '../../contracts/restore-test.ts';
import type { RungStatus } from '../../contracts/verification.ts';

/** Its phase ends when the copy has answered and its parameters were read. */
const serverRungs = ['reachable', 'parameters'];

/**
 * How long a path took, from the request on. What was not reached, or was found to be wrong, has no time: a copy that answers
 * with other parameters than its source's is not usable.
 */
export function restoreTimes(phases: readonly Phase[], statuses: Readonly<Record<string, RungStatus>>): RestoreTimes {
  const endOf = (name: string) => phases.find((phase) => phase.name === name)?.endedAt;
  const requested = phases.find(({ name }) => name === 'StartRestore')?.startedAt;
  const since = (at: string | undefined) =>
    requested === undefined || at === undefined ? null : Math.max(0, (Date.parse(at) - Date.parse(requested)) / 1000);
  const isUp = serverRungs.every((name) => statuses[name] === 'passed' || statuses[name] === 'gap');
  return {
    available: since(endOf('AwaitRestore')),
    usable: isUp ? since(endOf('VerifyServer')) : null,
    verified: since(endOf('VerifyAssertions')),
  };
}
