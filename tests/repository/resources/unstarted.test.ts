// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Serverless and CloudFormation write placeholders like this
import assert from 'node:assert/strict';
import { at, stringsIn } from '../files.ts';
import { resources } from '../templates/configuration.ts';

/** Rules whose work can be lost without a word: they name no queue, or one that does not take from them. */
function faultsOf(all: Readonly<Record<string, unknown>>): string[] {
  const [taken = ''] = stringsIn(
    at(all['UnstartedQueuePolicy'], 'Properties', 'PolicyDocument', 'Statement', '0', 'Condition', 'ArnLike'),
  ).map((arn) => arn.replace(/^.*:rule\//, ''));
  const isTaken = new RegExp(`^${taken.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`);
  return Object.entries(all).flatMap(([id, rule]) => {
    if (at(rule, 'Type') !== 'AWS::Events::Rule') return [];
    const queues = (at(rule, 'Properties', 'Targets') as readonly unknown[]).map((one) =>
      JSON.stringify(at(one, 'DeadLetterConfig', 'Arn')),
    );
    return [
      ...(queues.every((queue) => queue === '{"Fn::GetAtt":["UnstartedQueue","Arn"]}')
        ? []
        : [`'${id}' names no queue`]),
      ...(isTaken.test(String(at(rule, 'Properties', 'Name'))) ? [] : [`the queue takes nothing from '${id}'`]),
    ];
  });
}

describe('a rule that can start nothing', () => {
  test('leaves its event in the queue that rings, whichever rule it is', () => {
    const all = resources();
    assert.ok(Object.values(all).filter((one) => at(one, 'Type') === 'AWS::Events::Rule').length >= 15);
    assert.deepEqual(faultsOf(all), []);
  });

  test('without a queue, or with one that does not take from it, is reported', () => {
    const all = resources();
    const Targets = [{ Id: 'a', Arn: 'arn' }];
    const rule = { Type: 'AWS::Events::Rule', Properties: { Name: 'any', Targets } };
    assert.deepEqual(faultsOf({ UnstartedQueuePolicy: all['UnstartedQueuePolicy'], Any: rule }), [
      "'Any' names no queue",
      "the queue takes nothing from 'Any'",
    ]);
  });
});
