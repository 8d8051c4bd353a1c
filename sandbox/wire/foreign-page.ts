import type { IncomingHttpHeaders } from 'node:http';

/**
 * Why a request may be one that a web page makes in somebody's browser: the endpoint listens on loopback, and every page
 * that is open on the computer reaches it. No client of AWS says of itself what a browser says.
 */
export function foreignPage(headers: IncomingHttpHeaders, port: number): string | undefined {
  const { host = '', origin } = headers;
  const site = headers['sec-fetch-site'];
  if (!isOwnHost(host, port)) {
    // A name of somebody else that was made to lead here.
    return `Host is '${host}', expected 127.0.0.1:${port} or localhost:${port}`;
  }
  if (origin !== undefined) {
    return `Origin is '${origin}', and no web page is answered`;
  }
  // `none`: a person has typed or pasted the address, as of a presigned URL.
  return site === undefined || site === 'none'
    ? undefined
    : `Sec-Fetch-Site is '${String(site)}', and no web page is answered`;
}

/** `bucket.localhost` is a bucket of S3; browsers resolve such names to this computer only. */
function isOwnHost(host: string, port: number): boolean {
  const [, name = '', given] = /^(\[[^\]]*\]|[^:]*)(?::(\d+))?$/.exec(host.toLowerCase()) ?? [];
  const isLocal =
    name === '127.0.0.1' || name === '[::1]' || name === 'localhost' || /^[a-z0-9.-]+\.localhost$/.test(name);
  return isLocal && (given === undefined || Number(given) === port);
}
