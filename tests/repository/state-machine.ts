/** State machines as the rules see them. */
import { readMachine } from '../../packaging/cloudformation/workflows.cjs';
import { at, entriesAt, filesOf } from './files.ts';

export type State = {
  readonly name: string;
  readonly type: string;
  readonly fields: unknown;
  /** In the item processor of a Map or the branch of a Parallel state: whoever contains it goes on after its failure. */
  readonly isNested: boolean;
};
export type Machine = { readonly workflow: string; readonly definition: unknown; readonly states: readonly State[] };

export function machineOf(workflow: string, definition: unknown): Machine {
  return { workflow, definition, states: statesOf(definition, false) };
}

/** The states of a machine and of the machines within it; their names are unique in the whole. */
const statesOf = (definition: unknown, isNested: boolean): State[] =>
  entriesAt(definition, 'States').flatMap(([name, fields]) => [
    { name, type: String(at(fields, 'Type')), fields, isNested },
    ...nestedIn(fields).flatMap((nested) => statesOf(nested, true)),
  ]);

const nestedIn = (fields: unknown): unknown[] =>
  [at(fields, 'ItemProcessor'), ...((at(fields, 'Branches') ?? []) as unknown[])].filter((one) => one !== undefined);

export const machines = (): Machine[] =>
  filesOf('statemachines/*.asl.yml')
    .map(({ path }) => path.replace(/^statemachines\/|\.asl\.yml$/g, ''))
    .map((workflow) => machineOf(workflow, readMachine(workflow)));

export const tasksOf = ({ states }: Machine): State[] => states.filter(({ type }) => type === 'Task');

/** Tasks that invoke a function; others call AWS themselves, for example to run another state machine. */
export const functionTasksOf = (machine: Machine): State[] =>
  tasksOf(machine).filter(({ fields }) => String(at(fields, 'Resource')).startsWith('arn:aws:states:::lambda:invoke'));

/** The serverless key of the function that a task invokes. */
export const functionOf = ({ fields }: State): string =>
  String(at(fields, 'Arguments', 'FunctionName', 'Fn::GetAtt', '0'));

export type Rule = { readonly errors: readonly string[]; readonly fields: unknown };

const rulesOf = (fields: unknown, kind: 'Retry' | 'Catch'): Rule[] =>
  ((at(fields, kind) ?? []) as unknown[]).map((rule) => ({
    errors: (at(rule, 'ErrorEquals') ?? []) as string[],
    fields: rule,
  }));
export const retriesOf = ({ fields }: State): Rule[] => rulesOf(fields, 'Retry');
export const catchesOf = ({ fields }: State): Rule[] => rulesOf(fields, 'Catch');

/** The states that may come right after a state when nothing is caught. */
export const successorsOf = ({ fields }: State): string[] =>
  [
    at(fields, 'Next'),
    at(fields, 'Default'),
    ...nestedIn(fields).map((nested) => at(nested, 'StartAt')),
    ...((at(fields, 'Choices') ?? []) as unknown[]).map((choice) => at(choice, 'Next')),
  ].filter((name) => typeof name === 'string');
