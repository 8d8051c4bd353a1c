import assert from 'node:assert/strict';
import { note } from '../../support/note.ts';
import { at } from '../files.ts';
import { figuresOf, limitFaults } from './limits.ts';
import { worstCase } from './worst-case.ts';

describe('the stacks of 10 databases and 25 workflows', () => {
  test('stay below every limit', async () => {
    const stacks = await worstCase();
    const machines = [...stacks.values()].flatMap(({ Resources }) =>
      Object.values(Resources).filter((one) => at(one, 'Type') === 'AWS::StepFunctions::StateMachine'),
    );
    assert.equal(machines.length, 25);
    for (const [name, template] of stacks) {
      const { resources, bytes } = figuresOf(template);
      note(`${name}: ${resources} resources, ${Math.round(bytes / 1000)} kB`);
    }
    assert.deepEqual(
      [...stacks].flatMap(([name, template]) => limitFaults(name, template)),
      [],
    );
  });

  test('break a limit when all workflows that come are in one stack', async () => {
    const stacks = await worstCase(1, 45);
    const faults = [...stacks].flatMap(([name, template]) => limitFaults(name, template)).join('\n');
    assert.match(faults, /stack-topic-0\.json has \d+, at most 400 \(resources\)/);
    assert.match(faults, /stack-topic-0\.json has \d+, at most 700000 \(bytes\)/);
  });

  test('are refused with a definition, a policy, an environment that is too large', () => {
    const statement = { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::bucket/'.padEnd(500, 'x') };
    const document = (count: number) => ({ Statement: Array.from({ length: count }, () => statement) });
    const faults = limitFaults('stack', {
      Resources: {
        M: {
          Type: 'AWS::StepFunctions::StateMachine',
          Properties: { DefinitionString: { 'Fn::Sub': ['x'.repeat(1_000_001), {}] } },
        },
        R: {
          Type: 'AWS::IAM::Role',
          Properties: {
            AssumeRolePolicyDocument: document(4),
            Policies: [{ PolicyDocument: document(10) }, { PolicyDocument: document(10) }],
          },
        },
        B: { Type: 'AWS::S3::BucketPolicy', Properties: { PolicyDocument: document(40) } },
        F: { Type: 'AWS::Lambda::Function', Properties: { Environment: { Variables: { A: 'x'.repeat(4096) } } } },
      },
    });
    for (const limit of ['bytes', 'definition', 'rolePolicies', 'trust', 'resourcePolicy', 'environment'])
      assert.equal(faults.filter((fault) => fault.endsWith(`(${limit})`)).length, 1, limit);
  });
});
