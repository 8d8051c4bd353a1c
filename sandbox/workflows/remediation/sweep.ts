import { BudgetClaim, RemediationRecord } from '../../../shared/contracts/remediation/remediation.ts';
import type { RunFacts } from '../../fault-sweep/run-facts.ts';
import type { SweptWorkflow } from '../../fault-sweep/swept-workflow.ts';
import { packaged } from '../drill.ts';
import { readEventFile } from '../event-file.ts';

const file = readEventFile(packaged('events/cloudwatch/blocked-sessions.json'));

/** As the event would start it, each time by another change of the alarm. The cause has ended: whatever fails, nothing is applied. */
export const workflow: SweptWorkflow = {
  input(_, run) {
    if (!('event' in file)) return file.input;
    const detail = file.event.detail as { state: object };
    const state = { ...detail.state, timestamp: new Date(momentOf(run)).toISOString().replace('Z', '+0000') };
    return { ...file.event, detail: { ...detail, state } };
  },
  violations: (facts) => [...recordViolations(facts), ...claimViolations(facts)],
};

const begun = Date.now();
let runs = 0;
const momentOf = (_run: string): number => {
  runs += 1;
  return begun + runs * 1000;
};

function recordViolations(facts: RunFacts): string[] {
  const records = [...facts.evidence].flatMap(([key, text]) =>
    key.startsWith('remediation/records/') && text !== '' ? [RemediationRecord.parse(JSON.parse(text))] : [],
  );
  return facts.executions.flatMap(({ name, status, cause }) => {
    const record = records.find((one) => one.executionName === name);
    if (record === undefined) {
      const mayLack = facts.wasCutOff || /could not be recorded/.test(cause ?? '');
      return status === 'FAILED' && mayLack ? [] : [`${status} without a record`];
    }
    const isApplied = record.applied?.isApplied === true;
    return [
      ...(isApplied && record.claim?.isGranted !== true ? ['applied without a place in the budget'] : []),
      ...(isApplied && record.found?.mode === 'observe' ? ['applied, and only observes'] : []),
      ...(status === 'SUCCEEDED' && record.failure !== null ? ['succeeded over a failure'] : []),
      ...(status === 'SUCCEEDED' && record.outcome === 'not remedied' ? ['succeeded, and is not remedied'] : []),
    ];
  });
}

/** Of one change of an alarm there is one claim at most, however often it was delivered. */
function claimViolations({ evidence }: RunFacts): string[] {
  const claims = [...evidence].flatMap(([key, text]) =>
    key.startsWith('remediation/claims/') && text !== '' ? [BudgetClaim.parse(JSON.parse(text))] : [],
  );
  const acts = claims.map(({ actId, remedy }) => `${remedy} ${actId}`);
  return new Set(acts).size === acts.length ? [] : ['one change of an alarm was claimed twice'];
}
