/**
 * Decodes a body of content encoding `aws-chunked`, which the SDK and the CLI use for streams and trailing
 * checksums: chunks `<hex length>[;chunk-signature=…]\r\n<data>\r\n`, the chunk of length 0, then trailing headers.
 */
export function decodeAwsChunked(body: Buffer): { body: Buffer; trailers: Record<string, string> } {
  const parts: Buffer[] = [];
  let position = 0;
  while (position < body.length) {
    const lineEnd = body.indexOf('\r\n', position);
    if (lineEnd < 0) {
      throw new Error(`aws-chunked body ends at byte ${body.length} inside a chunk header`);
    }
    const size = Number.parseInt(body.toString('latin1', position, lineEnd), 16);
    if (!Number.isInteger(size) || lineEnd + 2 + size > body.length) {
      throw new Error(`aws-chunked body has a chunk header at byte ${position} that names no length within the body`);
    }
    position = lineEnd + 2;
    if (size === 0) {
      return { body: Buffer.concat(parts), trailers: readTrailers(body.toString('latin1', position)) };
    }
    parts.push(body.subarray(position, position + size));
    position += size + 2;
  }
  throw new Error("aws-chunked body ends without the chunk of length '0'");
}

function readTrailers(text: string): Record<string, string> {
  const trailers: Record<string, string> = {};
  for (const line of text.split('\r\n')) {
    const colon = line.indexOf(':');
    if (colon > 0) {
      trailers[line.slice(0, colon).trim().toLowerCase()] = line.slice(colon + 1).trim();
    }
  }
  return trailers;
}

export function isAwsChunked(headers: Readonly<Record<string, string>>): boolean {
  return (
    (headers['content-encoding'] ?? '').split(',').some((encoding) => encoding.trim() === 'aws-chunked') ||
    (headers['x-amz-content-sha256'] ?? '').startsWith('STREAMING-')
  );
}
