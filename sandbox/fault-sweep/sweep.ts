import { type Fault, faultName } from '../faults/fault.ts';
import type { FaultInjector } from '../faults/injector.ts';
import type { Sandbox } from '../sandbox.ts';
import { workflowOf } from '../template/workflow-of.ts';
import { aftermath, aftermathElsewhere, copiesIn } from './aftermath.ts';
import { violationsOf } from './invariants.ts';
import { asOperator, type ExecutionFacts, type RunFacts, runAndInspect } from './run-facts.ts';
import type { Scene } from './scene.ts';
import { type CallPoint, type CallRecorder, planFaultSweep } from './sweep-plan.ts';
import { loadSweptWorkflow, placesBeside, ruleOf, type SweptWorkflow, sceneOf } from './swept-workflow.ts';

/** One run of the sweep. */
export type FaultSweepResult = {
  readonly fault: Fault;
  /** False when the run never came to that call. */
  readonly struck: boolean;
  readonly status: string;
  readonly error: string | null;
  readonly violations: readonly string[];
  readonly milliseconds: number;
};

export type FaultSweepFixture = {
  readonly scene: Scene;
  readonly injector: FaultInjector;
  readonly workflow: string;
  /** The log of the functions since the last call of this. */
  readonly takeLog: () => string;
};

export type Learnt = { readonly points: CallPoint[]; readonly durations: Map<string, number> };

/** The sandbox of a sweep: waits as short as can be, but for polls, which would take most of the time otherwise. */
export const sweepPace = { speed: 1000, leastWait: 300 } as const;

/** The slowest faulty run took 40 s: an SDK's retries and pauses are not scaled. */
const runBound = 180_000;

/** Learns the calls of a run without faults. Violations are also what keeps it from success. */
export async function learn(
  fixture: FaultSweepFixture,
  recorder: CallRecorder,
): Promise<Learnt & { readonly violations: readonly string[] }> {
  const { facts, violations } = await runOnce(fixture, undefined, `clean-${Date.now().toString(36)}`, recorder);
  if (!isGood(facts)) violations.unshift(`it is ${endOf(facts)}`);
  const workflow = await loadSweptWorkflow(fixture.scene, fixture.workflow);
  const beside = placesBeside(sceneOf(fixture.scene, workflow).sandbox, workflow);
  const points = recorder.points().filter((point) => !beside.includes(point.function));
  return { points, durations: durationsIn(facts.written), violations };
}

/** What can strike the calls of a run, and the event that starts one. */
export async function planOf({ scene, workflow }: FaultSweepFixture, learnt: Learnt, seed: number): Promise<Fault[]> {
  const { sandbox } = sceneOf(scene, await loadSweptWorkflow(scene, workflow));
  const rule = ruleOf(sandbox, workflow);
  const { region } = sandbox;
  const event = rule === undefined ? [] : [{ call: 'events:Deliver', function: rule.name, nth: 1, region }];
  return planFaultSweep([...event, ...learnt.points], learnt.durations, seed, region);
}

/** Whether the workflow runs once more, without a fault. */
export type Repetition = 'always' | 'after a failure' | 'never';

/** Runs the workflow under one fault, and looks at what must hold. */
export async function sweepOne(
  fixture: FaultSweepFixture,
  fault: Fault,
  name: string,
  repetition: Repetition = 'after a failure',
): Promise<FaultSweepResult> {
  const { facts, violations, struck } = await runOnce(fixture, fault, name);
  if (repetition === 'always' || (repetition === 'after a failure' && !isGood(facts))) {
    const again = await runOnce(fixture, undefined, `${name}-again`);
    violations.push(...again.violations.map((one) => `again: ${one}`));
    if (!isGood(again.facts)) violations.push(`a run after it is ${endOf(again.facts)}`);
  }
  const worst = worstOf(facts);
  const { milliseconds } = facts;
  return { fault, struck, status: worst?.status ?? 'NONE', error: worst?.error ?? null, violations, milliseconds };
}

async function runOnce(
  fixture: FaultSweepFixture,
  fault: Fault | undefined,
  name: string,
  recorder?: CallRecorder,
): Promise<{ facts: RunFacts; violations: string[]; struck: boolean }> {
  const { injector, takeLog } = fixture;
  const workflow = await loadSweptWorkflow(fixture.scene, fixture.workflow);
  const scene = sceneOf(fixture.scene, workflow);
  const secrets = await passwords(scene.sandbox);
  await workflow.prepare?.(fixture.scene, name);
  takeLog();
  await injector.arm(fault === undefined ? [] : [fault]);
  let hasStruck = false;
  const healed = async (one: SweptWorkflow): Promise<void> => {
    hasStruck = injector.struck().length > 0;
    await injector.arm([]);
    await one.heal?.(scene);
  };
  recorder?.start();
  const seen = await runAndInspect(scene.sandbox, fixture.workflow, {
    start: () =>
      workflow.emit?.(scene, name) ?? start({ ...fixture, scene }, fault, name, workflow.input?.(scene, name) ?? {}),
    bound: runBound,
    log: takeLog,
    beside: workflow.beside ?? [],
    release: () => injector.release(),
    ...(workflow.heal === undefined ? {} : { heal: () => healed(workflow) }),
  });
  recorder?.stop();
  const struck = hasStruck || injector.struck().length > 0;
  await injector.arm([]);
  const by = (kind: Fault['kind']) => struck && fault?.kind === kind;
  const facts = {
    ...{ ...seen, copies: copiesIn(scene) },
    ...{ wasCutOff: by('cut-region'), endedSessions: by('end-sessions') },
  };
  const violations = [...violationsOf(facts, secrets), ...(workflow.violations?.(facts) ?? [])];
  violations.push(...((await workflow.violationsThere?.(facts)) ?? []));
  violations.push(
    ...(workflow.inSecondRegion === true
      ? await aftermathElsewhere(scene)
      : await aftermath(scene, facts, workflow.goodSnapshots?.(facts) ?? [])),
  );
  for (const DBInstanceIdentifier of copiesIn(scene)) {
    // The next run is not to pay for this one's violation.
    await asOperator(scene.sandbox)('rds', 'DeleteDBInstance', { DBInstanceIdentifier, SkipFinalSnapshot: true });
  }
  await scene.sandbox.rds.inspect.idle();
  return { facts, violations, struck };
}

/** An event is struck where its schedule fires; everything else in a run that is started by name. */
async function start(
  { scene: { sandbox }, workflow }: FaultSweepFixture,
  fault: Fault | undefined,
  name: string,
  input: object,
) {
  const rule = ruleOf(sandbox, workflow);
  if (fault?.call === 'events:Deliver' && fault.function === rule?.name && rule !== undefined) {
    await sandbox.bus.fire(sandbox.region, rule.name);
    // What comes late comes after a second.
    if (fault.kind === 'late') await new Promise((resolve) => setTimeout(resolve, 1500));
    return;
  }
  const machine = sandbox.template.stateMachines.find((one) => workflowOf(one.name) === workflow);
  if (machine === undefined) throw new Error(`the template has no state machine of workflow '${workflow}'`);
  const order = { stateMachineArn: machine.arn, name, input: JSON.stringify(input) };
  await asOperator(sandbox)('states', 'StartExecution', order);
}

const isGood = ({ executions }: RunFacts): boolean =>
  executions.length > 0 && executions.every(({ status }) => status === 'SUCCEEDED');

const worstOf = ({ executions }: RunFacts): ExecutionFacts | undefined =>
  executions.find(({ status }) => status !== 'SUCCEEDED') ?? executions[0];

function endOf(facts: RunFacts): string {
  const { status = 'NONE', error, cause } = worstOf(facts) ?? {};
  return `${status}: ${error ?? ''} ${cause ?? ''}`.trim();
}

/** Every password in the sandbox's secrets. */
async function passwords(sandbox: Sandbox): Promise<string[]> {
  const call = asOperator(sandbox);
  const { SecretList = [] } = await call<{ SecretList?: { ARN: string }[] }>('secretsmanager', 'ListSecrets', {});
  const found: string[] = [];
  for (const { ARN } of SecretList) {
    const { SecretString } = await call<{ SecretString?: string }>('secretsmanager', 'GetSecretValue', {
      SecretId: ARN,
    });
    const { password } = JSON.parse(SecretString ?? '{}') as { password?: string };
    if (password !== undefined) found.push(password);
  }
  return found;
}

/** Lambda's REPORT lines, by the key of the function: the longest of each. */
function durationsIn(log: string): Map<string, number> {
  const durations = new Map<string, number>();
  for (const [, name = '', duration] of log.matchAll(/^(\w+) REPORT .*?\tDuration: ([\d.]+) ms/gm)) {
    durations.set(name, Math.max(durations.get(name) ?? 0, Number(duration)));
  }
  return durations;
}

export function tableOf(results: readonly FaultSweepResult[]): string[] {
  const calls = Map.groupBy(results, ({ fault }) => `${fault.function ?? ''}/${fault.call}`);
  const width = Math.max(...[...calls.keys()].map(({ length }) => length), 4);
  const row = (call: string, runs: readonly FaultSweepResult[]) => {
    const kinds = new Set(runs.map(({ fault }) => fault.kind)).size;
    const failed = runs.filter(({ status }) => status !== 'SUCCEEDED').length;
    const violations = runs.filter((run) => run.violations.length > 0).length;
    const missed = runs.filter(({ struck }) => !struck).length;
    const numbers = [kinds, runs.length, missed, failed, violations].map((number) => String(number).padStart(11));
    return `${call.padEnd(width)}${numbers.join('')}`;
  };
  const head = ['kinds', 'runs', 'missed', 'failed', 'violations'].map((title) => title.padStart(11));
  return [
    `${'call'.padEnd(width)}${head.join('')}`,
    ...[...calls].map(([call, runs]) => row(call, runs)),
    row('all', results),
    ...results.flatMap(({ fault, violations }) => violations.map((one) => `✖ ${faultName(fault)}: ${one}`)),
  ];
}
