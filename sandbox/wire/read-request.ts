import type { IncomingMessage } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { decodeAwsChunked, isAwsChunked } from './aws-chunked.ts';
import type { WireRequest } from './http.ts';

/** Reads a request to its end and undoes its content encodings. */
export async function readRequest(incoming: IncomingMessage): Promise<WireRequest> {
  const url = incoming.url ?? '/';
  const mark = url.indexOf('?');
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (value !== undefined) {
      headers[name] = Array.isArray(value) ? value.join(', ') : value;
    }
  }
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) {
    chunks.push(chunk as Buffer);
  }
  let body: Buffer = Buffer.concat(chunks);
  const received = { method: incoming.method ?? 'GET', url, headers: { ...headers }, body };
  if (isAwsChunked(headers)) {
    const decoded = decodeAwsChunked(body);
    body = decoded.body;
    Object.assign(headers, decoded.trailers, { 'content-length': String(body.length) });
    headers['content-encoding'] = withoutAwsChunked(headers['content-encoding'] ?? '');
    if (headers['content-encoding'] === '') {
      delete headers['content-encoding'];
    }
  } else if (headers['content-encoding'] === 'gzip' && headers['x-amz-target'] !== undefined) {
    // The SDK compresses large PutMetricData requests.
    body = gunzipSync(body);
  }
  return {
    method: incoming.method ?? 'GET',
    host: headers['host'] ?? '',
    path: mark < 0 ? url : url.slice(0, mark),
    query: new URLSearchParams(mark < 0 ? '' : url.slice(mark + 1)),
    headers,
    body,
    received,
  };
}

function withoutAwsChunked(encodings: string): string {
  return encodings
    .split(',')
    .map((encoding) => encoding.trim())
    .filter((encoding) => encoding !== 'aws-chunked')
    .join(',');
}
