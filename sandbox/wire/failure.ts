import type { NormalizedSchema } from '@smithy/core/schema';
import { AwsError } from './aws-error.ts';
import type { ClientModel } from './model.ts';

/** An error ready for the wire: what the client's schema says about it, or for a common error what it carries. */
export type Failure = {
  readonly shape: string;
  /** The code in XML; differs from the shape name where the model has an `awsQueryError` (`DBSnapshotNotFound`). */
  readonly wireCode: string;
  readonly status: number;
  readonly fault: 'Sender' | 'Receiver';
  readonly message: string;
  readonly members: Readonly<Record<string, unknown>>;
  readonly schema: NormalizedSchema | undefined;
};

export function toFailure(model: ClientModel | undefined, error: unknown): Failure {
  if (!(error instanceof AwsError)) {
    return {
      shape: 'InternalFailure',
      wireCode: 'InternalFailure',
      status: 500,
      fault: 'Receiver',
      message: error instanceof Error ? `${error.name}: ${error.message}` : String(error),
      members: {},
      schema: undefined,
    };
  }
  const schema = model?.errors.get(error.code);
  const traits = schema?.getMergedTraits();
  const query = Array.isArray(traits?.awsQueryError) ? traits.awsQueryError : undefined;
  const queryLike = model?.protocol === 'query' || model?.protocol === 'ec2';
  const modelled = queryLike && query !== undefined ? Number(query[1]) : Number(traits?.httpError);
  const byFault = traits?.error === 'server' ? 500 : error.status;
  const status = Number.isInteger(modelled) ? modelled : byFault;
  return {
    shape: error.code,
    wireCode: query === undefined ? error.code : String(query[0]),
    status,
    fault: status >= 500 ? 'Receiver' : 'Sender',
    message: error.message,
    members: error.members,
    schema,
  };
}
