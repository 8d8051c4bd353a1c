import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { AwsError } from '../../wire/aws-error.ts';

type Declared = {
  readonly ContentMD5?: string | undefined;
  readonly ChecksumCRC32?: string | undefined;
  readonly ChecksumSHA1?: string | undefined;
  readonly ChecksumSHA256?: string | undefined;
};

/** Refuses a body that is not the one that the client computed its checksum of. Other algorithms are not verified. */
export function checkDigests(body: Uint8Array, declared: Declared): void {
  const computed: readonly (readonly [string, string | undefined, () => string])[] = [
    ['Content-MD5', declared.ContentMD5, () => digest('md5', body)],
    ['CRC32', declared.ChecksumCRC32, () => crc32Base64(body)],
    ['SHA1', declared.ChecksumSHA1, () => digest('sha1', body)],
    ['SHA256', declared.ChecksumSHA256, () => digest('sha256', body)],
  ];
  for (const [name, expected, compute] of computed) {
    if (expected !== undefined && expected !== compute()) {
      const message = `The ${name} you specified did not match the calculated checksum.`;
      throw new AwsError('BadDigest', message);
    }
  }
}

export function etagOf(body: Uint8Array): string {
  return `"${createHash('md5').update(body).digest('hex')}"`;
}

/** The ETag of an object in parts: the digest of the parts' digests, and how many they were. */
export function multipartEtag(etags: readonly string[]): string {
  const hash = createHash('md5');
  for (const etag of etags) {
    hash.update(Buffer.from(etag.replaceAll('"', ''), 'hex'));
  }
  return `"${hash.digest('hex')}-${etags.length}"`;
}

export function crc32Base64(body: Uint8Array): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc32(body));
  return bytes.toString('base64');
}

function digest(algorithm: string, body: Uint8Array): string {
  return createHash(algorithm).update(body).digest('base64');
}
