import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { ReceivedRequest } from './http.ts';

const algorithm = 'AWS4-HMAC-SHA256';

/** The parts of a Signature Version 4, from the Authorization header or from the query of a presigned URL. */
type Signature = {
  readonly credential: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  readonly at: string;
  readonly isPresigned: boolean;
};

/** Whether the holder of this secret key has signed the request as it was received. */
export function isSignedBy(request: ReceivedRequest, secretAccessKey: string): boolean {
  const given = readSignature(request);
  // Without the host a signature would be good for every server.
  if (given === undefined || !given.signedHeaders.includes('host')) {
    return false;
  }
  const [, date = '', region = '', service = '', terminator = ''] = given.credential.split('/');
  const payload = payloadHash(request, service, given.isPresigned);
  if (payload === undefined) {
    return false;
  }
  const scope = [date, region, service, terminator].join('/');
  const text = [algorithm, given.at, scope, sha256(canonicalRequest(request, given, service, payload))].join('\n');
  const key = [region, service, terminator].reduce<Buffer>(hmac, hmac(Buffer.from(`AWS4${secretAccessKey}`), date));
  const expected = hmac(key, text);
  const actual = Buffer.from(given.signature, 'hex');
  return given.at.startsWith(date) && actual.length === expected.length && timingSafeEqual(actual, expected);
}

function readSignature({ headers, url }: ReceivedRequest): Signature | undefined {
  const authorization = headers['authorization'];
  const query = new Map(queryPairs(url));
  if (authorization?.startsWith(`${algorithm} `) === true) {
    const part = (name: string) => new RegExp(`${name}=([^,\\s]+)`).exec(authorization)?.[1] ?? '';
    return {
      credential: part('Credential'),
      signedHeaders: part('SignedHeaders').split(';'),
      signature: part('Signature'),
      at: headers['x-amz-date'] ?? '',
      isPresigned: false,
    };
  }
  if (query.get('X-Amz-Algorithm') !== algorithm) {
    return undefined;
  }
  return {
    credential: query.get('X-Amz-Credential') ?? '',
    signedHeaders: (query.get('X-Amz-SignedHeaders') ?? '').split(';'),
    signature: query.get('X-Amz-Signature') ?? '',
    at: query.get('X-Amz-Date') ?? '',
    isPresigned: true,
  };
}

/** The hash of the payload as it is signed; none when the one that is given is not that of the body. */
function payloadHash({ headers, body }: ReceivedRequest, service: string, isPresigned: boolean): string | undefined {
  const given = headers['x-amz-content-sha256'];
  const actual = sha256(body);
  if (given === undefined) {
    return isPresigned && service === 's3' ? 'UNSIGNED-PAYLOAD' : actual;
  }
  return /^[0-9a-f]{64}$/.test(given) && given !== actual ? undefined : given;
}

function canonicalRequest(
  { method, url, headers }: ReceivedRequest,
  given: Signature,
  service: string,
  payload: string,
): string {
  const [path = '/'] = url.split('?');
  const query = queryPairs(url)
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => [encode(name), encode(value)] as const)
    .sort(([one, value], [other, otherValue]) => compare(one, other) || compare(value, otherValue));
  return [
    method,
    // S3 alone does not encode the path once more: its keys may hold anything.
    service === 's3' ? path : normalized(path).split('/').map(encode).join('/'),
    query.map(([name, value]) => `${name}=${value}`).join('&'),
    ...given.signedHeaders.map((name) => `${name}:${(headers[name] ?? '').trim().replace(/ +/g, ' ')}`),
    '',
    given.signedHeaders.join(';'),
    payload,
  ].join('\n');
}

function normalized(path: string): string {
  const segments: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '..') segments.pop();
    else if (segment !== '' && segment !== '.') segments.push(segment);
  }
  return `/${segments.join('/')}${segments.length > 0 && path.endsWith('/') ? '/' : ''}`;
}

function queryPairs(url: string): [string, string][] {
  const mark = url.indexOf('?');
  const text = mark < 0 ? '' : url.slice(mark + 1);
  return text
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const equals = pair.indexOf('=');
      return equals < 0 ? [decode(pair), ''] : [decode(pair.slice(0, equals)), decode(pair.slice(equals + 1))];
    });
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`);

const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);
const sha256 = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex');
const hmac = (key: Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();
