/** What is wrong with a server's certificate, in words, and what to do about it. */
export type CertificateFault = { readonly what: string; readonly hints: readonly string[] };

const unknownAuthority: CertificateFault = {
  what: 'its authority is not among those of PGSSLROOTCERT',
  hints: [
    'Name the file of the authorities of RDS in PGSSLROOTCERT: https://truststore.pki.rds.amazonaws.com has it.',
    'Is the certificate of the instance one of Amazon RDS, and no proxy between?',
  ],
};
const outOfTime: CertificateFault = {
  what: 'it is not valid at this time',
  hints: ['Give the instance a new certificate (CACertificateIdentifier), and compare the clock of this computer.'],
};
const otherName: CertificateFault = {
  what: 'it is of another host name',
  hints: ["Is the host name that of the instance's endpoint, and not an address or an alias?"],
};
const unsound: CertificateFault = {
  what: 'it is not sound',
  hints: ['Is the certificate of the instance one of Amazon RDS?'],
};

/** By the codes of OpenSSL, as Node.js names them. A connection that ends with one of them ends so every time. */
const faults: ReadonlyMap<string, CertificateFault> = new Map([
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', unknownAuthority],
  ['UNABLE_TO_GET_ISSUER_CERT', unknownAuthority],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', unknownAuthority],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', unknownAuthority],
  ['SELF_SIGNED_CERT_IN_CHAIN', unknownAuthority],
  ['CERT_UNTRUSTED', unknownAuthority],
  ['CERT_HAS_EXPIRED', outOfTime],
  ['CERT_NOT_YET_VALID', outOfTime],
  ['ERROR_IN_CERT_NOT_BEFORE_FIELD', outOfTime],
  ['ERROR_IN_CERT_NOT_AFTER_FIELD', outOfTime],
  ['ERR_TLS_CERT_ALTNAME_INVALID', otherName],
  ['HOSTNAME_MISMATCH', otherName],
  ['CERT_REVOKED', unsound],
  ['CERT_REJECTED', unsound],
  ['CERT_SIGNATURE_FAILURE', unsound],
  ['UNABLE_TO_DECRYPT_CERT_SIGNATURE', unsound],
  ['UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY', unsound],
  ['CERT_CHAIN_TOO_LONG', unsound],
  ['PATH_LENGTH_EXCEEDED', unsound],
  ['INVALID_CA', unsound],
  ['INVALID_PURPOSE', unsound],
  ['UNABLE_TO_GET_CRL', unsound],
  ['CRL_HAS_EXPIRED', unsound],
  ['CRL_NOT_YET_VALID', unsound],
  ['CRL_SIGNATURE_FAILURE', unsound],
]);

const noTls: CertificateFault = {
  what: 'the server offers no TLS',
  hints: ['An RDS instance always offers it: is the host name that of the instance?'],
};

/** Undefined when a connection failed for another reason than the certificate. */
export function certificateFault(error: Error & { readonly code?: unknown }): CertificateFault | undefined {
  if (error.message === 'The server does not support SSL connections') return noTls;
  const { code } = error;
  return typeof code === 'string' ? faults.get(code) : undefined;
}
