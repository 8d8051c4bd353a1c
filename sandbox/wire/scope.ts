import type { WireRequest } from './http.ts';

/** What a SigV4 signature says about itself; `isSignedBy` verifies it. */
export type CredentialScope = {
  readonly accessKeyId: string;
  readonly region: string;
  readonly service: string;
  readonly sessionToken: string | undefined;
  /** Only a presigned URL has an end. */
  readonly expires: Date | undefined;
};

export function readScope(request: WireRequest): CredentialScope | undefined {
  const header = /Credential=([^,\s]+)/.exec(request.headers['authorization'] ?? '')?.[1];
  const credential = header ?? request.query.get('X-Amz-Credential');
  if (credential === null || credential === undefined) {
    return undefined;
  }
  // The access key may contain no slash; the scope is <key>/<date>/<region>/<service>/aws4_request.
  const [accessKeyId, , region, service, terminator] = credential.split('/');
  if (!accessKeyId || !region || !service || terminator !== 'aws4_request') {
    return undefined;
  }
  const sessionToken =
    request.headers['x-amz-security-token'] ?? request.query.get('X-Amz-Security-Token') ?? undefined;
  return { accessKeyId, region, service, sessionToken, expires: expiry(request.query) };
}

function expiry(query: URLSearchParams): Date | undefined {
  const signed = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(query.get('X-Amz-Date') ?? '');
  const seconds = query.get('X-Amz-Expires');
  if (signed === null || seconds === null) {
    return undefined;
  }
  const [, year, month, day, hour, minute, second] = signed;
  return new Date(Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`) + Number(seconds) * 1000);
}
