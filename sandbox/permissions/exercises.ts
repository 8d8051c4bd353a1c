import type { Sandbox } from '../sandbox.ts';
import { workflowOf } from '../template/workflow-of.ts';
import { invoke } from './invoke.ts';
import { noWitness } from './no-witness.ts';
import { proveCopy, proveMoment, startProofTwice, stopProof } from './proof-exercises.ts';
import { byHand } from './run-names.ts';
import { runSchedule } from './run-schedule.ts';

/** One way through the system that needs permissions; answers what went wrong, or undefined. */
export type Exercise = { readonly title: string; run(sandbox: Sandbox): Promise<string | undefined> };

const none = '0'.repeat(64);

/** A run that did not come to a plan. */
const unplanned = {
  executionName: byHand,
  executionArn: 'arn:aws:states:us-east-1:123456789012:execution:exercise:exercise',
  startedAt: new Date().toISOString(),
  request: {},
  plan: null,
  attempt: 1,
  witness: null,
  proof: null,
  rungsKeys: [],
  digests: {},
  phases: [],
  failure: null,
  cleanUpFailure: null,
  copiedTo: null,
  copyFailure: null,
};

/** What backup-and-verify does when all goes well, and what its functions do when evidence is missing. */
export function exercisesOfBackupAndVerify(database: string, sourceInstanceId: string): Exercise[] {
  const evidencePrefix = `backup-and-verify/${database}/exercise`;
  const verification = {
    database,
    instanceId: sourceInstanceId,
    witnessKey: `${evidencePrefix}/witness-1.json.gz`,
    witness: noWitness,
    evidencePrefix,
  };
  const backup = { kind: 'snapshot', snapshotId: 'none' };
  return [
    { title: 'the nightly schedule', run: (sandbox) => runSchedule(sandbox, 'nightly-backup') },
    { title: 'a night that somebody stops', run: stopNight },
    { title: 'the schedule of the watch', run: (sandbox) => runSchedule(sandbox, 'watch-backups') },
    { title: 'the schedule of health', run: (sandbox) => runSchedule(sandbox, 'collect-health') },
    { title: 'the upkeep of a quarter of an hour', run: measureUpkeep },
    { title: 'the watch over the collector of the first region', run: watchCollector },
    { title: 'a proof that somebody stops', run: (sandbox) => stopProof(sandbox, { database }) },
    {
      title: 'a proof of the copy that somebody stops',
      run: (sandbox) => stopProof(sandbox, { database, prove: 'copy' }),
    },
    { title: 'a proof of the copy', run: (sandbox) => proveCopy(sandbox, database) },
    { title: 'a proof of a moment', run: (sandbox) => proveMoment(sandbox, database) },
    { title: 'a proof that is started twice', run: (sandbox) => startProofTwice(sandbox, database, sandbox.region) },
    {
      title: 'a proof that is started twice in each further region',
      async run(sandbox) {
        const [, ...elsewhere] = sandbox.stacks;
        for (const { region } of elsewhere) {
          const wrong = await startProofTwice(sandbox, database, region);
          if (wrong !== undefined) return `${region}: ${wrong}`;
        }
        return undefined;
      },
    },
    { title: 'an inspection', run: (sandbox) => inspect(sandbox, database) },
    missingEvidence(
      'recordFleet',
      {
        executionName: 'exercise',
        executionArn: 'arn:aws:states:us-east-1:123456789012:execution:exercise:exercise',
        startedAt: new Date().toISOString(),
        plan: { key: 'nightly-backup/exercise/plan.json', sha256: none },
        resultsKey: null,
        failure: null,
      },
      'ProgressMissingError',
    ),
    { title: 'a proof with a warning', run: (sandbox) => publishWarning(sandbox, database) },
    missingEvidence('startRestore', {
      executionName: byHand,
      order: {
        ...{ database, backup: { kind: 'moment', time: 'latest' }, witnessKey: verification.witnessKey },
        ...{ witness: noWitness, evidencePrefix, attempt: 1, isLastAttempt: true },
      },
    }),
    missingEvidence('verifyServer', { ...verification, backup }),
    missingEvidence('verifySchema', verification),
    missingEvidence('verifyTables', { ...verification, backup, part: 1, digests: {} }),
    ...['tables', 'structure'].map((part) => {
      const progress = `${evidencePrefix}/rungs/verify-${part}-of-${sourceInstanceId}.part-1.${none.slice(0, 16)}.json.gz`;
      const payload = { ...verification, part: 2, digests: { [progress]: none } };
      return part === 'tables'
        ? missingEvidence('verifyTables', { ...payload, backup }, 'ProgressMissingError')
        : missingEvidence('verifyStructure', payload, 'ProgressMissingError');
    }),
    missingEvidence('recordEvidence', {
      ...unplanned,
      rungsKeys: [`${evidencePrefix}/rungs/verify-none.json`],
      digests: { [`${evidencePrefix}/rungs/verify-none.json`]: none },
    }),
    { title: 'a run that is recorded twice', run: recordTwice },
  ];
}

/** The second call reads back what the first one has written. */
async function recordTwice(sandbox: Sandbox): Promise<string | undefined> {
  const failure = { error: 'Exercise', cause: 'an exercise', state: 'PlanRun' };
  const first = await invoke(sandbox, 'recordEvidence', { ...unplanned, failure });
  const second = await invoke(sandbox, 'recordEvidence', { ...unplanned, failure });
  const isSame = typeof first['evidenceKey'] === 'string' && first['evidenceKey'] === second['evidenceKey'];
  return isSame ? undefined : `answered ${JSON.stringify([first, second])}`;
}

/** Its backups are stopped with it. */
async function stopNight(sandbox: Sandbox): Promise<string | undefined> {
  const asOperator = { region: sandbox.region, caller: sandbox.credentials.operator.caller };
  const machineOf = (workflow: string) =>
    sandbox.template.stateMachines.find(({ name }) => workflowOf(name) === workflow)?.arn ?? '';
  const backups = machineOf('backup-and-verify').replace(':stateMachine:', ':execution:');
  let backup: string | undefined;
  let night: string | undefined;
  const stopListening = sandbox.states.onEvent((event) => {
    if (event.kind !== 'history' || !event.executionArn.startsWith(backups) || backup !== undefined) return;
    backup = event.executionArn;
    void sandbox.dispatch('states', 'StopExecution', { executionArn: night }, asOperator);
  });
  try {
    const input = { stateMachineArn: machineOf('nightly-backup'), input: '{}' };
    const started = await sandbox.dispatch('states', 'StartExecution', input, asOperator);
    night = (started as { executionArn: string }).executionArn;
    const { status } = await sandbox.states.waitForEnd(night);
    const stopped = await sandbox.states.waitForEnd(backup ?? '');
    return status === 'ABORTED' && stopped.status === 'ABORTED'
      ? undefined
      : `the night ended as ${status}, its backup as ${stopped.status}`;
  } finally {
    stopListening();
  }
}

async function inspect(sandbox: Sandbox, database: string): Promise<string | undefined> {
  const machine = sandbox.template.stateMachines.find(({ name }) => workflowOf(name) === 'inspect-database');
  const { executionArn } = (await sandbox.dispatch(
    'states',
    'StartExecution',
    { stateMachineArn: machine?.arn, input: JSON.stringify({ database }) },
    { region: sandbox.region, caller: sandbox.credentials.operator.caller },
  )) as { executionArn: string };
  const { output } = await sandbox.states.waitForEnd(executionArn);
  const { inspection } = JSON.parse(output ?? '{}') as { inspection?: { server: unknown } };
  return inspection?.server ? undefined : `the inspection answered ${output ?? 'nothing'}`;
}

/** By the schedule it is watched each minute. */
async function watchCollector(sandbox: Sandbox): Promise<string | undefined> {
  const [, ...elsewhere] = sandbox.stacks;
  for (const { region, stateMachines } of elsewhere) {
    const machine = stateMachines.find(({ name }) => workflowOf(name) === 'collect-health');
    const { executionArn } = (await sandbox.dispatch(
      'states',
      'StartExecution',
      { stateMachineArn: machine?.arn, input: '{}' },
      { region, caller: sandbox.credentials.operator.caller },
    )) as { executionArn: string };
    const { output } = await sandbox.states.waitForEnd(executionArn);
    const { watched } = JSON.parse(output ?? '{}') as { watched?: { instances: { metrics: object }[] } | null };
    const isWatched = watched?.instances.every(({ metrics }) => 'PassesSeen' in metrics);
    if (isWatched !== true) return `${region}: the watch answered ${output ?? 'nothing'}`;
  }
  return undefined;
}

/** By the schedule it is measured four times an hour. */
async function measureUpkeep(sandbox: Sandbox): Promise<string | undefined> {
  const machine = sandbox.template.stateMachines.find(({ name }) => workflowOf(name) === 'collect-health');
  const { executionArn } = (await sandbox.dispatch(
    'states',
    'StartExecution',
    { stateMachineArn: machine?.arn, input: JSON.stringify({ upkeep: true }) },
    { region: sandbox.region, caller: sandbox.credentials.operator.caller },
  )) as { executionArn: string };
  const { output } = await sandbox.states.waitForEnd(executionArn);
  type Output = { upkeep?: { instances: { failure: unknown }[] } | null };
  const { upkeep } = JSON.parse(output ?? '{}') as Output;
  const isMeasured = upkeep?.instances.some(({ failure }) => failure === null);
  return isMeasured ? undefined : `the upkeep answered ${output ?? 'nothing'}`;
}

/** It takes two nights between which rows vanish. */
async function publishWarning(sandbox: Sandbox, database: string): Promise<string | undefined> {
  const answer = await invoke(sandbox, 'publishOutcome', {
    executionName: 'exercise',
    executionArn: 'arn:aws:states:us-east-1:123456789012:execution:exercise:exercise',
    outcome: {
      workflow: 'backup-and-verify',
      database,
      verdict: 'exact',
      summary: 'an exercise; warning: public.t is empty, it had 5000 rows',
      blame: null,
      evidenceKey: 'none',
      reportKey: 'none',
      chain: null,
      copyFailure: null,
      isCapped: false,
      isRefused: false,
      warnings: 1,
    },
  });
  return typeof answer['messageId'] === 'string' ? undefined : `answered ${JSON.stringify(answer)}`;
}

/** A key that is not there must be reported as missing, not as forbidden. */
function missingEvidence(key: string, payload: object, error = 'WitnessMissingError'): Exercise {
  return {
    title: `${key} without evidence`,
    async run(sandbox) {
      const { errorType, errorMessage } = await invoke(sandbox, key, payload);
      return errorType === error ? undefined : `answered ${String(errorType)}: ${String(errorMessage)}`;
    },
  };
}
