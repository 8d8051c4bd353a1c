import type { Failure } from './failure.ts';
import type { WireReply, WireRequest } from './http.ts';
import type { ClientModel, OperationModel } from './model.ts';

/** One wire protocol, both ways. `parse` throws an `AwsError` for a request that names no operation of the model. */
export type Protocol = {
  parse(model: ClientModel, request: WireRequest, hints: ParseHints): Promise<ParsedCall>;
  reply(model: ClientModel, operation: OperationModel, output: unknown, requestId: string): WireReply;
  fail(model: ClientModel | undefined, failure: Failure, requestId: string): WireReply;
};

export type ParsedCall = { readonly operation: OperationModel; readonly input: Record<string, unknown> };

export type ParseHints = {
  /** Whether the service implements an operation: decides between routes that the request does not distinguish. */
  readonly implemented: (operation: string) => boolean;
  /** S3 operations have their bucket in the path or in the host name, which the schemas' URI patterns omit. */
  readonly bucketInPath: boolean;
};
