/** State machines as the rules see them. */
import { at, entriesAt, filesOf, yamlOf } from './files.ts';

export type State = { readonly name: string; readonly type: string; readonly fields: unknown };
export type Machine = { readonly workflow: string; readonly definition: unknown; readonly states: readonly State[] };

export function machineOf(workflow: string, definition: unknown): Machine {
  const states = entriesAt(definition, 'States').map(([name, fields]) => ({
    name,
    type: String(at(fields, 'Type')),
    fields,
  }));
  return { workflow, definition, states };
}

export const machines = (): Machine[] =>
  filesOf('statemachines/*.asl.yml').map(({ path }) =>
    machineOf(path.replace(/^statemachines\/|\.asl\.yml$/g, ''), yamlOf(path)),
  );

export const tasksOf = ({ states }: Machine): State[] => states.filter(({ type }) => type === 'Task');

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
    ...((at(fields, 'Choices') ?? []) as unknown[]).map((choice) => at(choice, 'Next')),
  ].filter((name) => typeof name === 'string');
