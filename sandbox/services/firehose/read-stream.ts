import type { NamedResource } from '../../template/template.ts';
import { AwsError } from '../../wire/aws-error.ts';
import { refuseMembers } from '../refuse-members.ts';

/** A stream that delivers to S3, with one function that changes its records on the way, or none. */
export type StreamDefinition = {
  readonly name: string;
  readonly arn: string;
  readonly bucket: string;
  readonly roleArn: string;
  readonly prefix: string;
  readonly errorPrefix: string;
  readonly extension: string;
  readonly bytes: number;
  readonly seconds: number;
  readonly processor: { readonly functionArn: string } | undefined;
};

const record = (value: unknown): Readonly<Record<string, unknown>> => (value ?? {}) as Record<string, unknown>;
const MEGABYTE = 1024 * 1024;

/** What would be delivered otherwise than at AWS is refused. */
export function readStream({ name, arn = '', properties }: NamedResource): StreamDefinition {
  const invalid = (why: string) => new AwsError('InvalidArgumentException', `delivery stream '${name}': ${why}`);
  refuseMembers(properties, ['DeliveryStreamName', 'DeliveryStreamType', 'ExtendedS3DestinationConfiguration']);
  if (properties['DeliveryStreamType'] !== 'DirectPut') throw invalid('DeliveryStreamType is not DirectPut');
  const to = record(properties['ExtendedS3DestinationConfiguration']);
  refuseMembers(to, [
    ...['BucketARN', 'RoleARN', 'Prefix', 'ErrorOutputPrefix', 'CompressionFormat', 'FileExtension'],
    ...['BufferingHints', 'ProcessingConfiguration'],
  ]);
  if ((to['CompressionFormat'] ?? 'UNCOMPRESSED') !== 'UNCOMPRESSED') {
    throw new AwsError('NotImplemented', `the sandbox does not emulate CompressionFormat '${to['CompressionFormat']}'`);
  }
  const { SizeInMBs = 5, IntervalInSeconds = 300 } = record(to['BufferingHints']);
  const [size, seconds] = [Number(SizeInMBs), Number(IntervalInSeconds)];
  const processor = readProcessor(record(to['ProcessingConfiguration']), invalid);
  if (!(size >= 1 && size <= 128)) throw invalid(`SizeInMBs is ${size}, must be 1 to 128`);
  if (!(seconds >= 0 && seconds <= 900)) throw invalid(`IntervalInSeconds is ${seconds}, must be 0 to 900`);
  const [prefix, errorPrefix] = [String(to['Prefix'] ?? ''), String(to['ErrorOutputPrefix'] ?? '')];
  if (prefix.includes('!{') && errorPrefix === '')
    throw invalid('Prefix has an expression and ErrorOutputPrefix is missing');
  const extension = String(to['FileExtension'] ?? '');
  if (!/^$|^\.[0-9a-z!\-_.*'()]+$/.test(extension)) throw invalid(`FileExtension is '${extension}'`);
  const [bucket, roleArn] = [
    String(to['BucketARN'] ?? '').replace(/^arn:[^:]+:s3:::/, ''),
    String(to['RoleARN'] ?? ''),
  ];
  if (bucket === '' || roleArn === '') throw invalid('BucketARN and RoleARN are required');
  return { name, arn, bucket, roleArn, prefix, errorPrefix, extension, bytes: size * MEGABYTE, seconds, processor };
}

function readProcessor(
  { Enabled, Processors }: Readonly<Record<string, unknown>>,
  invalid: (why: string) => AwsError,
): StreamDefinition['processor'] {
  if (String(Enabled ?? false) !== 'true') return undefined;
  const all = Array.isArray(Processors) ? Processors.map(record) : [];
  if (all.length !== 1 || all[0]?.['Type'] !== 'Lambda')
    throw invalid('the sandbox knows one processor, of Type Lambda');
  const parameters = all[0]?.['Parameters'];
  const named = new Map(
    (Array.isArray(parameters) ? parameters.map(record) : []).map((one) => [
      String(one['ParameterName']),
      String(one['ParameterValue']),
    ]),
  );
  const unknown = [...named.keys()].filter(
    (key) => !['LambdaArn', 'BufferSizeInMBs', 'BufferIntervalInSeconds'].includes(key),
  );
  if (unknown.length > 0) throw invalid(`parameter '${unknown[0]}' of its processor is not known`);
  const size = Number(named.get('BufferSizeInMBs') ?? 1);
  // The answer of a function is 6 MB at most.
  if (!(size >= 0.2 && size <= 3)) throw invalid(`BufferSizeInMBs is ${size}, must be 0.2 to 3`);
  const functionArn = named.get('LambdaArn');
  if (functionArn === undefined) throw invalid('its processor has no LambdaArn');
  return { functionArn };
}

/** `!{timestamp:yyyy/MM/dd}` and `!{firehose:error-output-type}`: others are refused when the stack is deployed. */
export function evaluatePrefix(text: string, at: Date, errorType?: string): string {
  return text.replace(/!\{([^}]*)\}/g, (whole, expression: string) => {
    const iso = at.toISOString();
    if (expression === 'firehose:error-output-type' && errorType !== undefined) return errorType;
    const [, form] = /^timestamp:([yMdH/'-]+)$/.exec(expression) ?? [];
    if (form === undefined) throw new AwsError('InvalidArgumentException', `prefix has the expression '${whole}'`);
    return form
      .replace('yyyy', iso.slice(0, 4))
      .replace('MM', iso.slice(5, 7))
      .replace('dd', iso.slice(8, 10))
      .replace('HH', iso.slice(11, 13));
  });
}
