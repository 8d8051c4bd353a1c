// biome-ignore-all lint/suspicious/noTemplateCurlyInString: CloudFormation writes placeholders like this
/** Limits of CloudFormation, IAM, Step Functions and Lambda, and those that this house keeps below them. */
import { at, entriesAt, stringsIn } from '../files.ts';
import type { Packaged } from './packaged.ts';

const MOST = {
  resources: 400, // CloudFormation: 500
  bytes: 700_000, // CloudFormation: 1 MB by S3
  parameters: 150, // CloudFormation: 200
  outputs: 150, // CloudFormation: 200
  definition: 1_000_000, // Step Functions: 1 MB
  rolePolicies: 10_240, // IAM: characters of all inline policies of a role, without white space
  trust: 2_048, // IAM
  managedPolicies: 10, // IAM
  managedPolicy: 6_144, // IAM: characters of a policy, without white space
  resourcePolicy: 20_480, // S3 and Lambda: 20 kB; SNS: 30 kB
  environment: 4_096, // Lambda: bytes of all variables
} as const;

/** As it is uploaded, and as CloudFormation counts. */
export const figuresOf = (template: Packaged) => ({
  resources: Object.keys(template.Resources).length,
  bytes: Buffer.byteLength(JSON.stringify(template)),
});

const size = (value: unknown) => Buffer.byteLength(JSON.stringify(value) ?? '');

export function limitFaults(name: string, template: Packaged): string[] {
  const faults: string[] = [];
  const hold = (what: string, observed: number, limit: keyof typeof MOST) => {
    if (observed > MOST[limit]) faults.push(`${what} has ${observed}, at most ${MOST[limit]} (${limit})`);
  };
  const { resources, bytes } = figuresOf(template);
  hold(name, resources, 'resources');
  hold(name, bytes, 'bytes');
  hold(name, entriesAt(template, 'Parameters').length, 'parameters');
  hold(name, entriesAt(template, 'Outputs').length, 'outputs');
  for (const [id, resource] of Object.entries(template.Resources)) {
    const properties = at(resource, 'Properties');
    const type = String(at(resource, 'Type'));
    if (type === 'AWS::StepFunctions::StateMachine') hold(`'${id}'`, definitionBytes(properties), 'definition');
    if (type === 'AWS::IAM::Role') {
      // References are longer than this once they are resolved, texts of an ARN about as long as they stand there.
      const policies = entriesAt(properties, 'Policies').map(([, policy]) => size(at(policy, 'PolicyDocument')));
      hold(
        `'${id}'`,
        policies.reduce((sum, one) => sum + one, 0),
        'rolePolicies',
      );
      hold(`'${id}'`, size(at(properties, 'AssumeRolePolicyDocument')), 'trust');
      hold(`'${id}'`, entriesAt(properties, 'ManagedPolicyArns').length, 'managedPolicies');
    }
    if (type === 'AWS::IAM::ManagedPolicy')
      hold(`'${id}'`, resolvedSize(at(properties, 'PolicyDocument')), 'managedPolicy');
    if (/::(BucketPolicy|TopicPolicy)$/.test(type))
      hold(`'${id}'`, size(at(properties, 'PolicyDocument')), 'resourcePolicy');
    if (type === 'AWS::Lambda::Function')
      hold(`'${id}'`, size(at(properties, 'Environment', 'Variables')), 'environment');
  }
  return faults;
}

/** As IAM counts it, in a region with a long name. */
const resolvedSize = (document: unknown): number =>
  Buffer.byteLength(
    JSON.stringify(document)
      .replaceAll(/\{"Fn::Sub":("[^"]*")\}/g, '$1')
      .replaceAll('${AWS::Partition}', 'aws')
      .replaceAll('${AWS::Region}', 'ap-northeast-1')
      .replaceAll('${AWS::AccountId}', '123456789012'),
  );

/** The text alone: what stands for a placeholder is an ARN of about a hundred characters. */
function definitionBytes(properties: unknown): number {
  const text = stringsIn(at(properties, 'DefinitionString')).reduce(
    (one, other) => (one.length > other.length ? one : other),
    '',
  );
  return Buffer.byteLength(text) + 100 * (text.match(/\$\{/g)?.length ?? 0);
}
