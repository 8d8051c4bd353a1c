import type { CreateBucketCommandInput } from '@aws-sdk/client-s3';
import { AwsError } from '../../wire/aws-error.ts';
import type { CallContext, Operation } from '../../wire/service.ts';
import type { BucketStore } from './bucket-store.ts';

/** Every operation on a bucket, refused where the bucket is not: S3 answers a region's buckets only. */
export function inRegion(operations: Record<string, Operation>, buckets: BucketStore): Record<string, Operation> {
  return Object.fromEntries(
    Object.entries(operations).map(([name, operation]) => [
      name,
      (input: { readonly Bucket?: string }, context: CallContext) => {
        const bucket = name === 'CreateBucket' ? undefined : buckets.find(input.Bucket ?? '');
        if (bucket !== undefined && bucket.region !== context.region) {
          throw elsewhere(bucket.name, bucket.region);
        }
        return operation(input, context);
      },
    ]),
  );
}

function elsewhere(bucket: string, region: string): AwsError {
  const message =
    'The bucket you are attempting to access must be addressed using the specified endpoint. Please send all future requests to this endpoint.';
  const members = { Endpoint: `${bucket}.s3.${region}.amazonaws.com`, Bucket: bucket, Region: region };
  return new AwsError('PermanentRedirect', message, { status: 301, members });
}

/** The region of a new bucket: only in us-east-1 may a request leave it open, or name another than its own. */
export function regionOfNew(input: CreateBucketCommandInput, region: string): string {
  const wanted: string | undefined = input.CreateBucketConfiguration?.LocationConstraint;
  if (wanted === 'us-east-1' || (wanted !== undefined && !/^(EU|[a-z]{2}(-[a-z]+)+-\d)$/.test(wanted))) {
    throw new AwsError('InvalidLocationConstraint', 'The specified location-constraint is not valid');
  }
  if (region !== 'us-east-1' && wanted !== region && !(wanted === 'EU' && region === 'eu-west-1')) {
    const named = wanted === undefined ? 'unspecified' : wanted;
    const message = `The ${named} location constraint is incompatible for the region specific endpoint this request was sent to.`;
    throw new AwsError('IllegalLocationConstraintException', message);
  }
  return wanted === 'EU' ? 'eu-west-1' : (wanted ?? region);
}
