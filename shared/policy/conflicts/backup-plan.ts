import type { Fault } from '../../faults.ts';
import type { Operations } from '../schema.ts';
import { stagesOf } from './stages.ts';

export function* bracketsThatDoNotWiden(operations: Operations): Iterable<Fault> {
  const { marginSeconds, longerMarginSeconds } = operations.backupPlan.bracket;
  if (longerMarginSeconds <= marginSeconds) {
    yield {
      path: 'backupPlan.bracket.longerMarginSeconds',
      observed: String(longerMarginSeconds),
      expected: `more than marginSeconds, which is ${marginSeconds}`,
    };
  }
}

export function* retentionsThatDoNotKeepUp(operations: Operations): Iterable<Fault> {
  const { mostDeletions } = operations.backupPlan.retention;
  for (const [stageName, { databases }] of stagesOf(operations)) {
    const nightly = Object.values(databases).filter((database) => database.nightly).length;
    if (mostDeletions < nightly) {
      yield {
        path: 'backupPlan.retention.mostDeletions',
        observed: String(mostDeletions),
        expected: `at least ${nightly}, one for each database that stage '${stageName}' backs up a night: they would pile up`,
      };
    }
  }
}
