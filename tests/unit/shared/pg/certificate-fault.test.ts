import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { TLSSocket } from 'node:tls';
import { CertificateRejectedError } from '../../../../shared/errors.ts';
import { connect } from '../../../../shared/pg/session/connect.ts';
import { type CertificatePair, day, makeCertificate } from '../../../support/certificates.ts';

/** A server that takes PostgreSQL's request for TLS and presents this certificate, or answers that it has none. */
async function serve(pair: CertificatePair | undefined): Promise<{ port: number; stop: () => Promise<void> }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.once('data', () => {
      socket.write(pair === undefined ? 'N' : 'S');
      if (pair === undefined) return;
      const secure = new TLSSocket(socket, { isServer: true, cert: pair.cert, key: pair.key });
      secure.on('error', () => {});
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  return {
    port: address.port,
    async stop() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

describe('a connection to a server whose certificate is not to be trusted', () => {
  let folder: string;
  let trusted: CertificatePair;
  const previous = process.env['PGSSLROOTCERT'];
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'certificates-'));
    trusted = await makeCertificate({ isAuthority: true });
    await writeFile(path.join(folder, 'ca.pem'), trusted.cert);
    process.env['PGSSLROOTCERT'] = path.join(folder, 'ca.pem');
  });
  afterAll(async () => {
    if (previous === undefined) delete process.env['PGSSLROOTCERT'];
    else process.env['PGSSLROOTCERT'] = previous;
    await rm(folder, { recursive: true });
  });

  const stranger = () => makeCertificate({ isAuthority: true, host: 'stranger' });
  const cases: readonly (readonly [string, () => Promise<CertificatePair | undefined>, RegExp])[] = [
    ['of an unknown authority', async () => makeCertificate({ ca: await stranger() }), /its authority is not among/],
    ['signed by itself', async () => makeCertificate({}), /its authority is not among/],
    [
      'expired',
      async () => makeCertificate({ ca: trusted, from: -2 * day, until: -day }),
      /it is not valid at this time/,
    ],
    [
      'of a later time',
      async () => makeCertificate({ ca: trusted, from: day, until: 2 * day }),
      /it is not valid at this time/,
    ],
    [
      'of another host',
      async () => makeCertificate({ ca: trusted, host: 'db.example.com' }),
      /it is of another host name/,
    ],
    ['without any TLS', async () => undefined, /the server offers no TLS/],
  ];
  for (const [what, pair, reported] of cases) {
    test(`${what}: it is reported as such, with the remedy, and is not retried`, async () => {
      const server = await serve(await pair());
      try {
        const target = { host: 'localhost', port: server.port, database: 'd', user: 'u', password: 'p' };
        await assert.rejects(connect(target, { purpose: 'test' }), (error) => {
          // No machine and no function retries an error of this name.
          assert.ok(error instanceof CertificateRejectedError, `${String(error)}: ${String(Object(error).cause)}`);
          assert.match(error.message, reported);
          assert.match(error.message, /\nHINT: [A-Z]/);
          return true;
        });
      } finally {
        await server.stop();
      }
    });
  }
});
