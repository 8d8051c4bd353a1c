import type * as z from 'zod/mini';
import { InvalidOperationsError } from '../errors.ts';
import { Operations, type StageName } from './schema.ts';

/** One fault of operations.yml: where, what stands there, what should. */
export type Fault = { readonly path: string; readonly observed: string; readonly expected: string };

/** Returns the policy, or throws one InvalidOperationsError that tells every fault with file and path. */
export function parseOperations(value: unknown, file = 'operations.yml'): Operations {
  const parsed = Operations.safeParse(value);
  const faults = parsed.success
    ? findConflicts(parsed.data)
    : parsed.error.issues.flatMap((issue) => faultsOf(issue, value));
  if (parsed.success && faults.length === 0) return parsed.data;
  const lines = faults.map(
    ({ path, observed, expected }) => `  ${file} ${path}: observed ${observed}, expected ${expected}`,
  );
  const noun = faults.length === 1 ? '1 fault' : `${faults.length} faults`;
  throw new InvalidOperationsError(`'${file}' has ${noun}\n${lines.join('\n')}`, {
    hints: [`Mend every line above; editors that know YAML schemas check '${file}' while you type.`],
  });
}

type Issue = z.core.$ZodIssue;

function faultsOf(issue: Issue, root: unknown): Fault[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      path: pathText([...issue.path, key]),
      observed: 'an unknown key',
      expected: 'no such key',
    }));
  }
  return [{ path: pathText(issue.path), observed: observedAt(root, issue.path), expected: expectedBy(issue) }];
}

function expectedBy(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `type ${issue.expected}`;
    case 'too_small':
      return issue.origin === 'string'
        ? 'some text'
        : issue.origin === 'array'
          ? `at least ${issue.minimum} entries`
          : `at least ${issue.minimum}`;
    case 'too_big':
      return `at most ${issue.maximum}`;
    case 'invalid_key':
      return issue.issues.map((inner) => inner.message).join(', ');
    default:
      return issue.message;
  }
}

function observedAt(root: unknown, path: readonly PropertyKey[]): string {
  let value = root;
  for (const key of path) value = (value as Record<PropertyKey, unknown> | null | undefined)?.[key];
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

function pathText(path: readonly PropertyKey[]): string {
  return path.length === 0 ? '(top)' : path.map(String).join('.');
}

/** What a schema cannot say: stages are apart, and a second attempt waits longer than the first. */
function findConflicts(operations: Operations): Fault[] {
  const faults: Fault[] = [];
  const owners = new Map<string, StageName>();
  for (const [stageName, stage] of Object.entries(operations.stages) as [
    StageName,
    Operations['stages'][StageName],
  ][]) {
    for (const [name, database] of Object.entries(stage.databases)) {
      const path = `stages.${stageName}.databases.${name}`;
      const owner = owners.get(database.instance);
      if (owner !== undefined && owner !== stageName) {
        faults.push({
          path: `${path}.instance`,
          observed: `'${database.instance}', which stage '${owner}' names too`,
          expected: 'an instance of its own for each stage',
        });
      }
      owners.set(database.instance, stageName);
      const [, , , secretRegion, secretAccount] = database.secretArn.split(':');
      if (secretAccount !== stage.account || secretRegion !== stage.region) {
        faults.push({
          path: `${path}.secretArn`,
          observed: `account ${secretAccount} and region ${secretRegion}`,
          expected: `account ${stage.account} and region ${stage.region}, those of the stage`,
        });
      }
    }
  }
  for (const stageName of ['test', 'prod'] as const) {
    if (operations.stages[stageName].network === undefined) {
      faults.push({
        path: `stages.${stageName}.network`,
        observed: 'nothing',
        expected: 'vpcId, subnetIds and databaseSubnetGroup: copies are restored into an isolated network',
      });
    }
  }
  const { marginSeconds, longerMarginSeconds } = operations.backupPlan.bracket;
  if (longerMarginSeconds <= marginSeconds) {
    faults.push({
      path: 'backupPlan.bracket.longerMarginSeconds',
      observed: String(longerMarginSeconds),
      expected: `more than marginSeconds, which is ${marginSeconds}`,
    });
  }
  return faults;
}
