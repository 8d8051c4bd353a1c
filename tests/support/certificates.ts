import { generate } from 'selfsigned';

/** PEM. */
export type CertificatePair = { readonly cert: string; readonly key: string };
export const day = 86_400_000;

export async function makeCertificate(options: {
  ca?: CertificatePair;
  host?: string;
  from?: number;
  until?: number;
  isAuthority?: boolean;
}): Promise<CertificatePair> {
  const { ca, host = 'localhost', from = -day, until = day, isAuthority = false } = options;
  const made = await generate([{ name: 'commonName', value: isAuthority ? `authority ${host}` : host }], {
    keyType: 'ec',
    algorithm: 'sha256',
    notBeforeDate: new Date(Date.now() + from),
    notAfterDate: new Date(Date.now() + until),
    ...(ca === undefined ? {} : { ca }),
    extensions: [
      { name: 'basicConstraints', cA: isAuthority, critical: true },
      ...(isAuthority
        ? [{ name: 'keyUsage' as const, keyCertSign: true, cRLSign: true, critical: true }]
        : [{ name: 'subjectAltName' as const, altNames: [{ type: 2 as const, value: host }] }]),
    ],
  });
  return { cert: made.cert, key: made.private };
}
