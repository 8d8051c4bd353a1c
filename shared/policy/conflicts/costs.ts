import type { Fault } from '../../faults.ts';
import type { Operations } from '../schema.ts';
import { stagesOf } from './stages.ts';

export function* limitsOutOfOrder({ costs, stages }: Operations): Iterable<Fault> {
  const { P2, P3 } = costs.severities;
  if (P2 <= P3) {
    yield { path: 'costs.severities.P2', observed: String(P2), expected: `more than P3, which is ${P3}` };
  }
  const all = [['costs.caps', costs.caps] as const];
  const own = Object.entries(stages).map(([name, { caps }]) => [`stages.${name}.caps`, caps] as const);
  for (const [path, caps] of [...all, ...own]) {
    if (caps !== undefined && caps.month < caps.drill) {
      yield { path: `${path}.month`, observed: String(caps.month), expected: `at least drill, which is ${caps.drill}` };
    }
  }
}

export function* monitorsOfOthers(operations: Operations): Iterable<Fault> {
  for (const [stageName, { account, anomalyMonitorArn = '' }] of stagesOf(operations)) {
    const owner = anomalyMonitorArn.split(':')[4] ?? account;
    if (owner === account) continue;
    yield {
      path: `stages.${stageName}.anomalyMonitorArn`,
      observed: `account ${owner}`,
      expected: `account ${account}, that of the stage`,
    };
  }
}
