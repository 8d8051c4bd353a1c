import type { Sandbox } from '../sandbox.ts';
import { runSchedule } from './run-schedule.ts';

/** One way through the system that needs permissions; answers what went wrong, or undefined. */
export type Exercise = { readonly title: string; run(sandbox: Sandbox): Promise<string | undefined> };

/** What backup-and-verify does when all goes well, and what its functions do when evidence is missing. */
export function exercisesOfBackupAndVerify(database: string, sourceInstanceId: string): Exercise[] {
  const evidencePrefix = `backup-and-verify/${database}/exercise`;
  const verification = {
    database,
    instanceId: sourceInstanceId,
    witnessKey: `${evidencePrefix}/no-witness.json.gz`,
    evidencePrefix,
  };
  return [
    { title: 'the nightly schedule', run: (sandbox) => runSchedule(sandbox, 'backup-and-verify') },
    missingEvidence('verifyServer', verification),
    missingEvidence('verifySchema', verification),
    missingEvidence('verifyTables', verification),
    missingEvidence('recordEvidence', {
      executionName: 'exercise',
      executionArn: 'arn:aws:states:us-east-1:123456789012:execution:exercise:exercise',
      startedAt: new Date().toISOString(),
      request: {},
      plan: null,
      attempt: 1,
      witness: null,
      rungsKeys: [`${evidencePrefix}/rungs/none.json`],
      phases: [],
      failure: null,
      cleanUpFailure: null,
    }),
  ];
}

/** A key that is not there must be told as missing, not as forbidden. */
function missingEvidence(key: string, payload: object): Exercise {
  return {
    title: `${key} without evidence`,
    async run(sandbox) {
      const { FunctionError, Payload } = (await sandbox.dispatch(
        'lambda',
        'Invoke',
        { FunctionName: functionNamed(sandbox, key), Payload: Buffer.from(JSON.stringify(payload)) },
        { region: sandbox.region, caller: sandbox.credentials.operator.caller },
      )) as { FunctionError?: string; Payload: Uint8Array };
      const { errorType, errorMessage } = JSON.parse(Buffer.from(Payload).toString()) as Record<string, unknown>;
      return FunctionError !== undefined && errorType === 'WitnessMissingError'
        ? undefined
        : `answered ${String(errorType)}: ${String(errorMessage)}`;
    },
  };
}

function functionNamed({ template }: Sandbox, key: string): string {
  const found = template.functions.find(({ name }) => name.endsWith(`-${key}`));
  if (found === undefined) throw new Error(`the template has no function '${key}'`);
  return found.name;
}
