import assert from 'node:assert/strict';
import { registerHooks } from 'node:module';
import { readFunctions, type TaskFunction } from '../../../packaging/cloudformation/workflows.cjs';
import { at, entriesAt, yamlOf } from '../files.ts';
import { functionsByKey } from './configuration.ts';

// What esbuild does when it bundles; these tests read the tasks as they lie here.
const hooks = registerHooks({
  load: (url, context, next) =>
    url.endsWith('/operations.yml')
      ? { format: 'module', source: `export default ${JSON.stringify(yamlOf('operations.yml'))}`, shortCircuit: true }
      : next(url, context),
});
afterAll(() => hooks.deregister());

const serverless = yamlOf('serverless.yml');
/** Every function has these. */
const common = entriesAt(serverless, 'provider', 'environment').map(([name]) => name);

/** What functions.yml wires; a reference to serverless.yml is followed. */
function wiredTo({ environment }: TaskFunction): string[] {
  const [, name] = typeof environment === 'string' ? (/^\$\{self:custom\.(\w+)\}$/.exec(environment) ?? []) : [];
  return entriesAt(name === undefined ? environment : at(serverless, 'custom', name)).map(([variable]) => variable);
}

/** What a task states and nobody wires, or what is wired and no task reads. */
async function faultsOf(functions: readonly TaskFunction[]): Promise<string[]> {
  const faults: string[] = [];
  for (const one of functions) {
    const path = functionsByKey()[one.key]?.handler.replace(/\.handler$/, '.ts');
    const module: Record<string, unknown> = await import(`../../../${path}`);
    const stated = Object.keys(at(module[one.key], 'environment', 'def', 'shape') ?? {});
    const wired = wiredTo(one);
    for (const name of stated) {
      if (![...wired, ...common].includes(name)) faults.push(`'${one.key}' wants ${name}, which nobody gives it`);
    }
    for (const name of wired)
      if (!stated.includes(name)) faults.push(`'${one.key}' gets ${name}, which it does not read`);
  }
  return faults;
}

describe('the environment of a function', () => {
  test('has what its task states, and nothing else', async () => {
    assert.ok(common.includes('STAGE') && common.includes('EVIDENCE_BUCKET'));
    assert.deepEqual(await faultsOf(readFunctions()), []);
  });

  test('that lacks a variable, or has one that nobody reads, is reported', async () => {
    const changed = (key: string, environment: TaskFunction['environment'] & {}) =>
      readFunctions().map((one) => (one.key === key ? { ...one, environment } : one));
    assert.deepEqual(await faultsOf(changed('publishOutcome', {})), [
      "'publishOutcome' wants P1_TOPIC_ARN, which nobody gives it",
      "'publishOutcome' wants P2_TOPIC_ARN, which nobody gives it",
      "'publishOutcome' wants P3_TOPIC_ARN, which nobody gives it",
      "'publishOutcome' wants P4_TOPIC_ARN, which nobody gives it",
    ]);
    assert.deepEqual(await faultsOf(changed('planRun', { COLOUR: 'red' })), [
      "'planRun' gets COLOUR, which it does not read",
    ]);
  });
});
