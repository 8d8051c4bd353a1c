import type { Readable } from 'node:stream';

/** An HTTP request as the protocols see it: header names in lower case, the body complete and decoded. */
export type WireRequest = {
  readonly method: string;
  readonly host: string;
  /** Still percent-encoded. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  readonly received: ReceivedRequest;
};

/** A request as it came, before anything was decoded: what its signature is of. */
export type ReceivedRequest = {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
};

export type WireReply = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | string | Readable;
};
