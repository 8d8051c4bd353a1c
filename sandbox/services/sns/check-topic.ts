import { AwsError } from '../../wire/aws-error.ts';

/** What SNS refuses of an ARN that a request names: no ARN, and a topic of another region than that of the request. */
export function checkTopicArn(arn: string, region: string): void {
  const parts = arn.split(':');
  if (parts.length < 6) {
    throw invalid(`TopicArn Reason: An ARN must have at least 6 elements, not ${parts.length}`);
  }
  if (parts[0] !== 'arn' || parts[2] !== 'sns' || parts[3] !== region) {
    throw invalid('TopicArn');
  }
}

const endpoints: Readonly<Record<string, { readonly form: RegExp; readonly refusal: string }>> = {
  lambda: { form: /^arn:[\w-]+:lambda:[\w-]+:\d{12}:function:/, refusal: 'Lambda endpoint ARN' },
  sqs: { form: /^arn:[\w-]+:sqs:[\w-]+:\d{12}:/, refusal: 'SQS endpoint ARN' },
  firehose: { form: /^arn:[\w-]+:firehose:/, refusal: 'Endpoint Reason: Endpoint must be a Kinesis Data Firehose ARN' },
  application: { form: /^arn:[\w-]+:sns:/, refusal: 'ApplicationEndpoint arn invalid' },
  email: { form: /^[^@\s]+@[^@\s]+$/, refusal: 'Email address' },
  'email-json': { form: /^[^@\s]+@[^@\s]+$/, refusal: 'Email address' },
  http: { form: /^http:\/\//, refusal: 'Endpoint must match the specified protocol' },
  https: { form: /^https:\/\//, refusal: 'Endpoint must match the specified protocol' },
  sms: { form: /^\+?[\d\s().-]{4,20}$/, refusal: 'Invalid SMS endpoint' },
};

export function checkEndpoint(protocol: string, endpoint: string): void {
  const known = Object.hasOwn(endpoints, protocol) ? endpoints[protocol] : undefined;
  if (known === undefined) {
    throw invalid(`Amazon SNS does not support this protocol string: ${protocol}`);
  }
  if (!known.form.test(endpoint)) {
    throw invalid(known.refusal);
  }
}

const invalid = (reason: string): AwsError => new AwsError('InvalidParameterException', `Invalid parameter: ${reason}`);
