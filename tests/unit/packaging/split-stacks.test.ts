// biome-ignore-all lint/suspicious/noTemplateCurlyInString: CloudFormation writes placeholders like this
import assert from 'node:assert/strict';
import { splitStacks } from '../../../packaging/stacks/split-stacks.mjs';

const sub = (text: string) => ({ 'Fn::Sub': text });
const bucket = { Type: 'AWS::S3::Bucket' };
const machine = { Type: 'AWS::StepFunctions::StateMachine', Properties: { StateMachineName: 'own-prod' } };
const role = (value: unknown) => ({ Type: 'AWS::IAM::Role', Properties: { value } });

/** `Home` begins the name of what lives in the stack `home`. */
const split = (Resources: Record<string, object>, more: object = {}) =>
  splitStacks(
    { Resources, ...more },
    (id) => /^(One|Two)/.exec(id)?.[1]?.toLowerCase(),
    (file) => sub(`https://bucket/${file}`),
  );
const valueIn = (resources: Record<string, object>, stack: string, id: string) => {
  const template = split(resources).nested.get(`stack-${stack}.json`);
  const { Properties } = (template?.Resources[id] ?? {}) as { Properties?: { value: unknown } };
  return Properties?.value;
};

describe('a template that is cut', () => {
  test('hands what lives in the own stack to a nested one as a parameter, each once', () => {
    const { root, nested } = split({
      Bucket: bucket,
      OneRole: role([
        { Ref: 'Bucket' },
        { 'Fn::GetAtt': ['Bucket', 'Arn'] },
        sub('${Bucket.Arn}/a/*'),
        { Ref: 'Bucket' },
      ]),
    });
    const one = nested.get('stack-one.json');
    assert.deepEqual(one?.Parameters, { Bucket: { Type: 'String' }, BucketArn: { Type: 'String' } });
    assert.deepEqual(
      one?.Resources['OneRole'],
      role([{ Ref: 'Bucket' }, { Ref: 'BucketArn' }, sub('${BucketArn}/a/*'), { Ref: 'Bucket' }]),
    );
    assert.deepEqual(root.Resources['OneStack'], {
      Type: 'AWS::CloudFormation::Stack',
      Properties: {
        TemplateURL: sub('https://bucket/stack-one.json'),
        Parameters: { Bucket: { Ref: 'Bucket' }, BucketArn: { 'Fn::GetAtt': ['Bucket', 'Arn'] } },
      },
    });
  });

  test('names a machine, a function and an alarm of another nested stack, so that neither waits for the other', () => {
    const arn = 'arn:${AWS::Partition}:states:${AWS::Region}:${AWS::AccountId}:stateMachine:own-prod';
    assert.deepEqual(
      valueIn({ TwoMachine: machine, OneRole: role({ Ref: 'TwoMachine' }) }, 'one', 'OneRole'),
      sub(arn),
    );
    assert.deepEqual(
      valueIn({ TwoMachine: machine, OneRole: role(sub('x ${TwoMachine}')) }, 'one', 'OneRole'),
      sub(`x ${arn}`),
    );
    const lambda = { Type: 'AWS::Lambda::Function', Properties: { FunctionName: 'f' } };
    const value = { 'Fn::GetAtt': ['TwoF', 'Arn'] };
    assert.deepEqual(
      valueIn({ TwoF: lambda, OneRole: role(value) }, 'one', 'OneRole'),
      sub('arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:f'),
    );
  });

  test('leaves alone what stays together, pseudo parameters, literals and variables of Fn::Sub', () => {
    const value = [
      { Ref: 'OneB' },
      { Ref: 'AWS::Region' },
      { 'Fn::Sub': ['${Bucket} ${!Bucket} ${AWS::Region}', { Bucket: { Ref: 'OneB' } }] },
    ];
    assert.deepEqual(valueIn({ Bucket: bucket, OneB: bucket, OneRole: role(value) }, 'one', 'OneRole'), value);
  });

  test('keeps order: what a nested stack depends on in the own one is made before it', () => {
    const { root, nested } = split({
      Bucket: bucket,
      OneB: { ...bucket, DependsOn: ['Bucket', 'OneC'] },
      OneC: bucket,
    });
    const dependsOn = (resource: object | undefined) => (resource as { DependsOn?: unknown }).DependsOn;
    assert.deepEqual(dependsOn(root.Resources['OneStack']), ['Bucket']);
    assert.deepEqual(dependsOn(nested.get('stack-one.json')?.Resources['OneB']), ['OneC']);
  });

  test('takes the conditions along', () => {
    const Conditions = { IsFirstRegion: { 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'us-east-1'] } };
    const { nested } = split({ OneB: { ...bucket, Condition: 'IsFirstRegion' } }, { Conditions });
    assert.deepEqual(nested.get('stack-one.json')?.Conditions, Conditions);
  });

  test('is refused where a reference cannot be kept', () => {
    const refused: [Record<string, object>, RegExp][] = [
      [{ TwoB: bucket, OneRole: role({ Ref: 'TwoB' }) }, /'OneRole' of stack 'one' refers to 'TwoB' of stack 'two'/],
      [
        { TwoB: bucket, Role: role({ Ref: 'TwoB' }) },
        /'Role' of the stage's own stack refers to 'TwoB' of stack 'two'/,
      ],
      [
        { Bucket: { ...bucket, Condition: 'C' }, OneRole: role({ Ref: 'Bucket' }) },
        /'Bucket', which is not always there/,
      ],
      [
        { TwoB: bucket, OneB: { ...bucket, DependsOn: 'TwoB' } },
        /'OneB' of stack 'one' depends on 'TwoB' of stack 'two'/,
      ],
    ];
    for (const [resources, message] of refused) assert.throws(() => split(resources), message);
  });
});
