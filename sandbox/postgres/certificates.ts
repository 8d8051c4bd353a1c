import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { generate } from 'selfsigned';

/** What a server presents, in PEM. */
export type ServerCertificate = { readonly certificate: string; readonly key: string };

export type CertificateAuthority = {
  /** Clients trust this file as they trust the RDS certificate bundle. */
  readonly certificatePath: string;
  readonly certificate: string;
  /** One certificate for every server: they all answer at the same names. */
  readonly server: ServerCertificate;
};

const lifetimeDays = 365;

/** The authority of one sandbox. It is made once and kept, so that a client may trust it across restarts. */
export async function loadAuthority(directory: string): Promise<CertificateAuthority> {
  const certificatePath = path.join(directory, 'ca.pem');
  const keyPath = path.join(directory, 'ca-key.pem');
  await mkdir(directory, { recursive: true, mode: 0o755 });
  const kept = await Promise.all([readFile(certificatePath, 'utf8'), readFile(keyPath, 'utf8')]).catch(() => undefined);
  const [certificate, key] = kept ?? (await makeAuthority());
  if (kept === undefined) {
    await writeFile(keyPath, key, { mode: 0o600 });
    await writeFile(certificatePath, certificate, { mode: 0o644 });
  }
  return { certificatePath, certificate, server: await makeServerCertificate(certificate, key) };
}

async function makeAuthority(): Promise<[string, string]> {
  const made = await generate([{ name: 'commonName', value: 'pg-gameday sandbox root CA' }], {
    ...validity(),
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  return [made.cert, made.private];
}

async function makeServerCertificate(caCertificate: string, caKey: string): Promise<ServerCertificate> {
  const made = await generate([{ name: 'commonName', value: 'localhost' }], {
    ...validity(),
    keyType: 'ec',
    algorithm: 'sha256',
    ca: { key: caKey, cert: caCertificate },
    extensions: [
      { name: 'basicConstraints', cA: false },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
          // Of the endpoints that operations.yml names: the names of instances are not known yet.
          ...['us-east-1', 'us-west-2'].map((region) => ({
            type: 2 as const,
            value: `*.sandbox.${region}.rds.amazonaws.com`,
          })),
        ],
      },
    ],
  });
  return { certificate: made.cert, key: made.private };
}

/** From an hour ago, because a laptop's clock may be set back. */
function validity(): { notBeforeDate: Date; notAfterDate: Date } {
  const now = Date.now();
  return { notBeforeDate: new Date(now - 3_600_000), notAfterDate: new Date(now + lifetimeDays * 86_400_000) };
}
