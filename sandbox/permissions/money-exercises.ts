import { randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { ListObjectsV2CommandOutput } from '@aws-sdk/client-s3';
import { CostEvidence } from '../../shared/contracts/cost-report.ts';
import { Waste } from '../../shared/contracts/waste.ts';
import { generateBill } from '../cost-series/bill.ts';
import type { Sandbox } from '../sandbox.ts';
import { workflowOf } from '../template/workflow-of.ts';
import type { Exercise } from './exercises.ts';
import { holdExecution } from './hold-execution.ts';
import { invoke } from './invoke.ts';
import { runSchedule } from './run-schedule.ts';

const day = 86_400_000;
const noCosts = 'cost-report/exercise/costs-1.json';

/** A cost report with an anomaly to explain, and what its functions do when a part of it is missing. */
export function exercisesOfMoney(): Exercise[] {
  const run = { executionName: 'exercise', startedAt: new Date().toISOString() };
  const recorded = {
    ...run,
    executionArn: 'arn:aws:states:us-east-1:123456789012:execution:exercise:exercise',
    costsKey: null,
    analysisKey: null,
    wasteKey: null,
    causes: [],
    isPartial: false,
    requests: 0,
    failure: null,
    causesFailure: null,
    wasteFailure: null,
  };
  return [
    {
      title: 'the schedule of the cost report',
      async run(sandbox) {
        const { data } = sandbox.costs;
        const bill = generateBill({ seed: 7, days: 160, endDay: data.today - 1 });
        // Ten times its cost on the last settled day.
        const lines = bill.lines.map((line) => ({
          ...line,
          amounts: line.amounts.map((amount, day) => (day === line.amounts.length - 1 ? 10 * amount : amount)),
        }));
        data.bill = { ...bill, lines };
        return (await runSchedule(sandbox, 'cost-report')) ?? whatIsMissing(sandbox);
      },
    },
    { title: 'a cost report that looks for waste', run: scanForWaste },
    { title: 'office hours that stop a database and start it again', run: stopAndStart },
    {
      title: 'findWaste without the bill that it reads',
      async run(sandbox) {
        const answer = await invoke(sandbox, 'findWaste', { ...run, costsKey: noCosts, requests: 0 });
        if (typeof answer['wasteKey'] !== 'string') return `answered ${JSON.stringify(answer)}`;
        const { missing: parts } = Waste.parse(JSON.parse(await readEvidence(sandbox, answer['wasteKey'])));
        const reported = parts.find(({ part }) => part === 'untagged share')?.error;
        return reported === 'CostDataUnavailableError' ? undefined : `reported ${String(reported)} of the bill`;
      },
    },
    missing('analyseCosts', { ...run, costsKey: noCosts }),
    missing('recordCostReport', { ...recorded, analysisKey: 'cost-report/exercise/analysis.json' }),
    {
      title: 'a cost report that is recorded twice',
      async run(sandbox) {
        const failure = { error: 'Exercise', cause: 'an exercise', state: 'CollectCosts' };
        const [first, second] = [
          await invoke(sandbox, 'recordCostReport', { ...recorded, failure }),
          await invoke(sandbox, 'recordCostReport', { ...recorded, failure }),
        ];
        const isSame = typeof first['evidenceKey'] === 'string' && first['evidenceKey'] === second['evidenceKey'];
        return isSame ? undefined : `answered ${JSON.stringify([first, second])}`;
      },
    },
  ];
}

/** A key that is not there must be reported as missing, not as forbidden. */
function missing(key: string, payload: object): Exercise {
  return {
    title: `${key} without what it reads`,
    async run(sandbox: Sandbox) {
      const { errorType, errorMessage } = await invoke(sandbox, key, payload);
      return errorType === 'CostDataUnavailableError'
        ? undefined
        : `answered ${String(errorType)}: ${String(errorMessage)}`;
    },
  };
}

async function readEvidence(sandbox: Sandbox, Key: string): Promise<string> {
  const Bucket = sandbox.template.buckets.find(({ logicalId }) => logicalId === 'EvidenceBucket')?.name;
  const asOperator = { region: sandbox.region, caller: sandbox.credentials.operator.caller };
  const { Body } = (await sandbox.dispatch('s3', 'GetObject', { Bucket, Key }, asOperator)) as {
    Body: Readable | Uint8Array;
  };
  return Body instanceof Uint8Array ? Buffer.from(Body).toString() : text(Body);
}

/** A report is made of what can be had: what the newest one says that it lacks. */
async function whatIsMissing(sandbox: Sandbox): Promise<string | undefined> {
  const Bucket = sandbox.template.buckets.find(({ logicalId }) => logicalId === 'EvidenceBucket')?.name;
  const asOperator = { region: sandbox.region, caller: sandbox.credentials.operator.caller };
  const { Contents = [] } = (await sandbox.dispatch(
    's3',
    'ListObjectsV2',
    { Bucket, Prefix: 'cost-report/' },
    asOperator,
  )) as ListObjectsV2CommandOutput;
  const newest = Contents.filter(({ Key = '' }) => Key.endsWith('/evidence.json'))
    .toSorted((one, other) => Number(one.LastModified) - Number(other.LastModified))
    .at(-1);
  const { analysis, waste } = CostEvidence.parse(JSON.parse(await readEvidence(sandbox, newest?.Key ?? '')));
  const said = (analysis?.notes ?? ['no analysis']).filter((note) => /could not be|no analysis/.test(note));
  const lacks = [...said, ...(waste?.missing ?? []).map(({ part, region, error }) => `${part} of ${region}: ${error}`)];
  return lacks.length === 0 ? undefined : `the report lacks ${lacks.join('; ')}`;
}

/** By hand on any day, with a load balancer and an old upload: without them nobody asks for tags, metrics and parts. */
async function scanForWaste(sandbox: Sandbox): Promise<string | undefined> {
  const asOperator = { region: sandbox.region, caller: sandbox.credentials.operator.caller };
  const path = 'app/exercise/0123456789abcdef';
  const LoadBalancerArn = `arn:aws:elasticloadbalancing:${sandbox.region}:${sandbox.template.account}:loadbalancer/${path}`;
  const balancers = sandbox.loadBalancers.balancers.in(sandbox.region);
  balancers.set(LoadBalancerArn, { LoadBalancerArn, LoadBalancerName: 'exercise', Type: 'application' });
  const { uploads } = sandbox.s3.buckets.create('exercise-of-uploads', sandbox.region);
  const upload = { id: 'exercise', key: 'exercise', headers: {}, replaces: false, parts: new Map() };
  uploads.set(upload.id, { ...upload, initiated: new Date(Date.now() - 30 * day) });
  try {
    const machine = sandbox.template.stateMachines.find(({ name }) => workflowOf(name) === 'cost-report');
    const input = { stateMachineArn: machine?.arn, input: '{"findWaste":true}' };
    const started = await sandbox.dispatch('states', 'StartExecution', input, asOperator);
    const { executionArn } = started as { executionArn: string };
    const { status, error, cause } = await sandbox.states.waitForEnd(executionArn);
    return status === 'SUCCEEDED' ? whatIsMissing(sandbox) : `${status}: ${error ?? ''} ${cause ?? ''}`.trim();
  } finally {
    balancers.delete(LoadBalancerArn);
    sandbox.s3.buckets.remove('exercise-of-uploads');
  }
}

/** The one instance that the dev stage names: it runs only while its tag asks for it. */
async function stopAndStart(sandbox: Sandbox): Promise<string | undefined> {
  const call = (operation: string, input: object) =>
    sandbox.dispatch('rds', operation, input, {
      region: sandbox.region,
      caller: sandbox.credentials.operator.caller,
    });
  const DBInstanceIdentifier = 'ondemand-dev';
  await call('CreateDBInstance', {
    DBInstanceIdentifier,
    Engine: 'postgres',
    DBInstanceClass: 'db.t3.micro',
    AllocatedStorage: 20,
    MasterUsername: 'postgres',
    MasterUserPassword: 'an-exercise-of-office-hours',
    BackupRetentionPeriod: 0,
    Tags: [{ Key: 'pg-gameday:office-hours', Value: 'stop-and-start' }],
  });
  await sandbox.rds.inspect.idle();
  const drills = await Promise.all(
    ['backup-and-verify', 'prove-snapshot'].map((workflow) =>
      holdExecution(sandbox, workflow, randomUUID(), { database: 'fantasy' }),
    ),
  );
  try {
    const stopped = await runSchedule(sandbox, 'office-hours');
    if (stopped !== undefined) return stopped;
    await sandbox.rds.inspect.idle();
    const ResourceName = `arn:aws:rds:${sandbox.region}:${sandbox.template.account}:db:${DBInstanceIdentifier}`;
    const until = new Date(Date.now() + day).toISOString();
    await call('AddTagsToResource', { ResourceName, Tags: [{ Key: 'pg-gameday:keep-running-until', Value: until }] });
    return await runSchedule(sandbox, 'office-hours');
  } finally {
    await Promise.all(drills.map((drill) => drill.release()));
    await sandbox.rds.inspect.idle();
    await call('DeleteDBInstance', { DBInstanceIdentifier, SkipFinalSnapshot: true });
    await sandbox.rds.inspect.idle();
  }
}
