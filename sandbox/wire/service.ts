/**
 * The contract between the wire (HTTP, protocols, credentials) and an emulated service.
 *
 * A service is a map of operations. The wire parses the request with the SDK client's own schemas, calls the
 * operation with the same input shape that an SDK user passes, and serialises the result or the thrown error.
 */

/** Who makes a call. `roleName` is the physical name of an assumed role; the operator at the keyboard has none. */
export type Caller = {
  readonly account: string;
  readonly accessKeyId: string;
  readonly arn: string;
  readonly roleName?: string;
  /** For whom an AWS service calls by itself: a rule, a topic (`aws:SourceArn`). */
  readonly sourceArn?: string;
};

export type CallContext = {
  readonly requestId: string;
  readonly service: string;
  readonly operation: string;
  readonly region: string;
  readonly caller: Caller;
  /** Aborted when the client goes away or the sandbox stops. */
  readonly signal: AbortSignal;
};

// biome-ignore lint/suspicious/noExplicitAny: each service types its own operations; the wire handles them alike
export type Operation = (input: any, context: CallContext) => unknown;

export type Service = {
  /** Signing name as in the SigV4 credential scope: `rds`, `s3`, `states`, `sns`, `secretsmanager`, `monitoring`, … */
  readonly id: string;
  /** The module namespace of the SDK client (`import * as client from '@aws-sdk/client-rds'`): the schemas. */
  readonly client: Readonly<Record<string, unknown>>;
  /** Operation name as in the API (`CreateDBSnapshot`) to its implementation. */
  readonly operations: Readonly<Record<string, Operation>>;
};

/** Calls an emulated operation in-process, as if `caller` had made it over the wire (authorisation and faults included). */
export type Dispatch = (
  service: string,
  operation: string,
  input: unknown,
  options: { readonly region: string; readonly caller: Caller; readonly signal?: AbortSignal },
) => Promise<unknown>;
