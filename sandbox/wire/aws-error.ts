/**
 * An error that a service answers with. `code` is the modelled error's shape name (`DBSnapshotNotFoundFault`,
 * `ExecutionAlreadyExists`) or a common one (`ThrottlingException`, `AccessDenied`); the wire finds the wire code
 * and the HTTP status in the client's schema, `status` serves the common ones.
 */
export class AwsError extends Error {
  override readonly name = 'AwsError';
  readonly code: string;
  readonly status: number;
  readonly members: Readonly<Record<string, unknown>>;

  constructor(code: string, message: string, options: { status?: number; members?: Record<string, unknown> } = {}) {
    super(message);
    this.code = code;
    // What the sandbox cannot do is never the caller's mistake, whoever says so.
    this.status = options.status ?? (code === 'NotImplemented' ? 501 : 400);
    this.members = options.members ?? {};
  }
}
