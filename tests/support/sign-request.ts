import { createHash, createHmac } from 'node:crypto';

export type Keys = { readonly accessKeyId: string; readonly secretAccessKey: string };

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();

/** The time of a signature, as AWS writes it. */
export const stamp = (at: Date): string => at.toISOString().replace(/[-:]|\.\d+/g, '');

function sign(keys: Keys, { at, scope, canonical }: { at: string; scope: string; canonical: string }): string {
  const [date = '', region = '', service = '', end = ''] = scope.split('/');
  const key = [region, service, end].reduce<Buffer>(hmac, hmac(`AWS4${keys.secretAccessKey}`, date));
  return hmac(key, `AWS4-HMAC-SHA256\n${at}\n${scope}\n${sha256(canonical)}`).toString('hex');
}

/** Headers that sign a POST of this body to the root of an endpoint, as a client of AWS does. */
export function signedHeaders(endpoint: string, service: string, body: string, keys: Keys, region = 'eu-central-1') {
  const at = stamp(new Date());
  const scope = `${at.slice(0, 8)}/${region}/${service}/aws4_request`;
  const { host } = new URL(endpoint);
  const canonical = `POST\n/\n\nhost:${host}\nx-amz-date:${at}\n\nhost;x-amz-date\n${sha256(body)}`;
  const signature = sign(keys, { at, scope, canonical });
  return {
    'x-amz-date': at,
    authorization: `AWS4-HMAC-SHA256 Credential=${keys.accessKeyId}/${scope}, SignedHeaders=host;x-amz-date, Signature=${signature}`,
  };
}

/** A URL of S3's list of buckets that is good for a minute from `at`. */
export function presignedListing(endpoint: string, keys: Keys, at: string, region: string): string {
  const scope = `${at.slice(0, 8)}/${region}/s3/aws4_request`;
  const query = [
    'X-Amz-Algorithm=AWS4-HMAC-SHA256',
    `X-Amz-Credential=${encodeURIComponent(`${keys.accessKeyId}/${scope}`)}`,
    `X-Amz-Date=${at}`,
    'X-Amz-Expires=60',
    'X-Amz-SignedHeaders=host',
  ].join('&');
  const canonical = `GET\n/\n${query}\nhost:${new URL(endpoint).host}\n\nhost\nUNSIGNED-PAYLOAD`;
  return `${endpoint}/?${query}&X-Amz-Signature=${sign(keys, { at, scope, canonical })}`;
}
