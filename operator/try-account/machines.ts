import { globSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { readMachine } from '../../packaging/cloudformation/workflows.cjs';

const root = fileURLToPath(new URL('../../', import.meta.url));

export type TriedState = {
  readonly name: string;
  readonly type: string;
  readonly state: Readonly<Record<string, unknown>>;
};
export type TriedMachine = {
  readonly workflow: string;
  readonly definition: unknown;
  readonly states: readonly TriedState[];
};

/** The machines of this checkout, with an ARN in place of what CloudFormation would fill in: nothing is deployed for it. */
export function readMachines(): TriedMachine[] {
  return globSync('statemachines/*.asl.yml', { cwd: root })
    .sort()
    .map((file) => {
      const workflow = path.basename(file, '.asl.yml');
      const definition: unknown = withoutIntrinsics(readMachine(workflow));
      return { workflow, definition, states: [...statesOf(definition)] };
    });
}

function withoutIntrinsics(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutIntrinsics);
  if (typeof value !== 'object' || value === null) return value;
  const [[key, target] = ['', ''], ...others] = Object.entries(value);
  if (others.length === 0 && (key === 'Ref' || key.startsWith('Fn::'))) {
    const name = String(Array.isArray(target) ? target[0] : target)
      .replace(/\W/g, '-')
      .slice(0, 40);
    return key === 'Fn::GetAtt'
      ? `arn:aws:lambda:us-east-1:123456789012:function:${name}`
      : `arn:aws:states:us-east-1:123456789012:stateMachine:${name}`;
  }
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, withoutIntrinsics(member)]));
}

/** The states of a machine and of the machines within it. */
function* statesOf(block: unknown): Iterable<TriedState> {
  for (const [name, state] of Object.entries<Record<string, unknown>>(Object(Object(block).States))) {
    yield { name, type: String(state['Type']), state };
    const branches: unknown = state['Branches'];
    for (const inner of [state['ItemProcessor'], ...(Array.isArray(branches) ? branches : [])]) yield* statesOf(inner);
  }
}
