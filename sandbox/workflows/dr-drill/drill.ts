import { DrillEvidence, RecordDrillOutput } from '../../../shared/contracts/dr-drill/dr-drill.ts';
import { loginOfApplication } from '../../demo/application.ts';
import { callsNaming } from '../../demo/call-log.ts';
import { storeClientSecret } from '../../demo/client-secret.ts';
import { asOperator, runAndInspect } from '../../fault-sweep/run-facts.ts';
import { devStage } from '../../stage-policy.ts';
import { workflowOf } from '../../template/workflow-of.ts';
import { type Drill, type DrillScene, pageAt } from '../drill.ts';
import { differences, type Projection, productionNames, projectionOf } from './projection.ts';

/** What production is before anything is rehearsed. */
let before: Projection = [];

/** A backup that is proven and copied to the second region; then production is looked at, before and after. */
export const drill: Drill = {
  lasts: 'a minute, a backup among it',
  costs: 'two copies of the instance for some hours',
  event: 'events/dr-drill/rehearse.json',
  megabytes: 20,
  inSecondRegion: true,
  async prepare(scene) {
    const { sandbox, source, database } = scene;
    storeClientSecret(sandbox, database, await loginOfApplication(source.master));
    await provenBackup(scene);
    await putRegisters(scene);
    before = await projectionOf({ sandbox, instance: source.instance, database });
    scene.calls?.restart();
    return { database };
  },
  async show({ output, cause, read }, { sandbox, source, database, calls }) {
    const made = calls?.calls ?? [];
    const named = callsNaming(made, productionNames());
    const count = made.length;
    const changed = differences(before, await projectionOf({ sandbox, instance: source.instance, database }));
    const key =
      output === null ? /\((\S+evidence\.json)\)$/.exec(cause ?? '')?.[1] : RecordDrillOutput.parse(output).recordKey;
    if (key === undefined) return { lines: [cause ?? 'no cause is given'], isGood: false, files: new Map() };
    const record = DrillEvidence.parse(JSON.parse(await read(key)));
    const { result, summary, phases, rtoSeconds, rpoSeconds, backupRpoSeconds, confirmed, targets, isInTime } = record;
    const seconds = (value: number | null) => (value === null ? 'unknown' : `${value.toFixed(1)} s`);
    return {
      lines: [
        `${result.toUpperCase()}  ${summary}`,
        ...phases.map(
          ({ name, startedAt, endedAt }) =>
            `  ${name.padEnd(20)} ${seconds((Date.parse(endedAt) - Date.parse(startedAt)) / 1000).padStart(8)}`,
        ),
        `Production ${before.length} resources before and after, ${changed.length === 0 ? 'all equal' : `${changed.length} DIFFERENCES`}`,
        ...changed.slice(0, 10).map((line) => `  ${line.slice(0, 160)}`),
        `Call log   ${count} calls that change something, ${named.length === 0 ? 'none' : `${named.length} OF THEM`} names a resource of production`,
        ...named.slice(0, 10).map(({ service, operation, caller }) => `  ${service}:${operation} by ${caller}`),
        `RTO        ${seconds(rtoSeconds)} of at most ${seconds(targets.rtoSeconds)}`,
        `RPO        ${seconds(rpoSeconds)} of at most ${seconds(targets.rpoSeconds)}; with nothing but the backup it would be ${seconds(backupRpoSeconds)}`,
        confirmed === null
          ? 'Row        NONE was written'
          : `Row        ${confirmed.row.marker} written by ${confirmed.row.role} through ${confirmed.row.name}, and read back; the row from before the fence is ${confirmed.isBeforeThere ? 'there' : 'LOST'}`,
      ],
      isGood: result === 'rehearsed' && isInTime === true && changed.length === 0 && named.length === 0 && count > 0,
      files: new Map([
        ...(await pageAt(read, key.replace('evidence.json', 'report.html'))),
        ['evidence.json', await read(key)],
      ]),
    };
  },
};

/** What a lease of production looks like. Its agent would renew it meanwhile, and that would be a difference of its own. */
async function putRegisters({ sandbox, source, database }: DrillScene): Promise<void> {
  const { region: home, dr, lease } = devStage();
  const Body = Buffer.from(JSON.stringify({ epoch: 1, holder: `${home}/${source.instance}`, counter: 1 }));
  for (const region of [home, dr?.region, lease?.witnessRegion].filter((one) => one !== undefined))
    await sandbox.dispatch(
      's3',
      'PutObject',
      { Bucket: `pg-gameday-lease-dev-${sandbox.credentials.account}-${region}`, Key: `lease/${database}.json`, Body },
      { region, caller: sandbox.credentials.operator.caller },
    );
}

async function provenBackup({ sandbox, database }: DrillScene): Promise<void> {
  const machine = sandbox.template.stateMachines.find(({ name }) => workflowOf(name) === 'backup-and-verify');
  const { executions } = await runAndInspect(sandbox, 'backup-and-verify', {
    start: () =>
      asOperator(sandbox)('states', 'StartExecution', {
        stateMachineArn: machine?.arn,
        name: 'before-drill',
        input: JSON.stringify({ database }),
      }),
    bound: 600_000,
    log: () => '',
  });
  const [run] = executions;
  if (run?.status !== 'SUCCEEDED')
    throw new Error(`the backup before the drill is ${run?.status}: ${run?.cause ?? ''}`);
}
