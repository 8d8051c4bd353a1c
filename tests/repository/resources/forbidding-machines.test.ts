import assert from 'node:assert/strict';
import { pascal, readWorkflows } from '../../../packaging/cloudformation/workflows.cjs';
import { RemedyName } from '../../../shared/contracts/remediation/remediation.ts';
import { forbiddingWorkflows } from '../../../shared/domain/remediation/remedies.ts';
import { at, yamlOf } from '../files.ts';

/** By logical id; one that runs in the second region is named by its ARN. */
const named = (value: unknown): string[] =>
  (Array.isArray(value) ? value : []).map((one) => {
    const [, elsewhere] = /:stateMachine:([a-z-]+)-\$\{sls:stage\}$/.exec(String(at(one, 'Fn::Sub'))) ?? [];
    return elsewhere === undefined ? String(at(one, 'Ref')) : pascal(elsewhere);
  });

/** Workflows that forbid a remedy, that are there, and that the function which asks does not know or may not ask about. */
function missing(workflows: readonly string[], functions: unknown, roles: unknown): string[] {
  const wanted = [...new Set(RemedyName.options.flatMap(forbiddingWorkflows))].filter((one) => workflows.includes(one));
  const known = named(at(functions, 'claimBudget', 'environment', 'MACHINE_ARNS', 'Fn::Join', '1'));
  const statements = at(roles, 'claimBudget') as readonly unknown[];
  const asked = named(
    at(
      statements.find((one) => at(one, 'Sid') === 'FindExecutions'),
      'Resource',
    ),
  );
  const read = JSON.stringify(
    at(
      statements.find((one) => at(one, 'Sid') === 'ReadExecutions'),
      'Resource',
    ),
  );
  return wanted.filter(
    (one) => !known.includes(pascal(one)) || !asked.includes(pascal(one)) || !read.includes(`:execution:${one}-`),
  );
}

describe('a workflow that forbids a remedy', () => {
  const workflows = readWorkflows().map(({ name }) => name);
  const functions = yamlOf('functions/remediation/functions.yml');
  const roles = yamlOf('resources/roles/remediation.yml');

  test('is asked about, once it is there', () => {
    assert.deepEqual(missing(workflows, functions, roles), []);
  });

  test('is named here when it comes and nobody asks about it', () => {
    assert.deepEqual(missing([...workflows, 'release'], functions, roles), ['release']);
  });
});
