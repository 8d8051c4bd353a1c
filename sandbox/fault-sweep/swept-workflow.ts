import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { keyOf } from '../faults/call-site.ts';
import type { Sandbox } from '../sandbox.ts';
import { workflowOf } from '../template/workflow-of.ts';
import type { RunFacts } from './run-facts.ts';
import type { Scene } from './scene.ts';

/**
 * How a workflow is swept. What its file leaves out: it is started as its schedule in the template says, finds what
 * lies there, and is held to what every workflow is held to (`invariants.ts`, `aftermath.ts`).
 */
export type SweptWorkflow = {
  /** It is started in the second region; retention, which is of the first one, does not pass over what it has left. */
  readonly inSecondRegion?: true;
  /** Workflows that go on meanwhile, as in life: neither waited for nor struck. */
  readonly beside?: readonly string[];
  /** Puts down what each run is to find; `run` is different each time. */
  readonly prepare?: (scene: Pick<Scene, 'sandbox' | 'database' | 'sourceInstanceId'>, run: string) => Promise<void>;
  /** The execution's input. */
  readonly input?: (scene: Scene, run: string) => object;
  /** Lets its event come as AWS sends it, instead of starting it by name: then what may be lost on the way is swept, too. */
  readonly emit?: (scene: Scene, run: string) => Promise<void>;
  /** Looks for what was lost, when all works again: a run that has not ended by itself must end then. */
  readonly heal?: (scene: Scene) => Promise<void>;
  /** What of this workflow does not hold after a run. It is asked before anything is tidied up. */
  readonly violations?: (facts: RunFacts) => readonly string[];
  /** The same of what has to be asked for. */
  readonly violationsThere?: (facts: RunFacts) => Promise<readonly string[]>;
  /** Snapshots that must be there even after retention, because the run says that they are good. */
  readonly goodSnapshots?: (facts: RunFacts) => readonly string[];
};

const directory = new URL('../workflows/', import.meta.url);

/** `sandbox/workflows/<workflow>/sweep.ts` exports `workflow`; one that a schedule starts needs no such file. */
export async function loadSweptWorkflow({ sandbox }: Scene, name: string): Promise<SweptWorkflow> {
  const file = new URL(`${name}/sweep.ts`, directory);
  if (existsSync(file)) return ((await import(file.href)) as { workflow: SweptWorkflow }).workflow;
  const input = scheduledInput(sandbox, name);
  if (input !== undefined) return { input: () => input };
  throw new Error(
    `workflow '${name}' has neither a schedule in the template nor a file in ${fileURLToPath(directory)}\n` +
      `HINT: Folders are there for ${readdirSync(directory).sort().join(', ')}.`,
  );
}

/** The same scene as the second region sees it. */
export function sceneOf(scene: Scene, { inSecondRegion }: SweptWorkflow): Scene {
  if (inSecondRegion !== true) return scene;
  const template = scene.sandbox.stacks.find(({ region }) => region !== scene.sandbox.region);
  if (template === undefined) throw new Error('the sandbox has no stack of a second region');
  return { ...scene, sandbox: { ...scene.sandbox, region: template.region, template } };
}

/** The rule that starts a workflow by the clock. */
export const ruleOf = ({ template }: Sandbox, workflow: string) =>
  template.rules.find(({ name, schedule }) => schedule !== undefined && workflowOf(name) === workflow);

/** Whose calls and deliveries are of the workflows beside a run: their functions, their rules and the roles of these. */
export function placesBeside({ template }: Sandbox, { beside = [] }: SweptWorkflow): string[] {
  const definitions = template.stateMachines.filter(({ name }) => beside.includes(workflowOf(name)));
  const rules = template.rules.map(({ name }) => name).filter((name) => beside.includes(workflowOf(name)));
  const functions = template.functions.filter(({ arn }) =>
    definitions.some(({ definition }) => definition.includes(`"${arn}"`)),
  );
  return [...functions.map(({ name }) => keyOf(name)), ...rules, ...rules.map(keyOf)];
}

export function scheduledInput(sandbox: Sandbox, workflow: string): object | undefined {
  const rule = ruleOf(sandbox, workflow);
  if (rule === undefined) return undefined;
  const text = rule.targets[0]?.Input;
  return text === undefined ? {} : (JSON.parse(text) as object);
}
