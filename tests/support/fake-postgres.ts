import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { CertificatePair } from './certificates.ts';

/** A row by its columns: texts, or booleans. */
type Row = Readonly<Record<string, string | boolean>>;

export type FakeSession = {
  /** What the client asked for at its start: user, database, options. */
  readonly startup: Readonly<Record<string, string>>;
  /** In their order, as they were sent. */
  readonly statements: string[];
  /** The client has said farewell. */
  isEnded: boolean;
};

export type FakePostgres = { readonly port: number; readonly sessions: readonly FakeSession[]; stop(): Promise<void> };

/**
 * A server that speaks as much of PostgreSQL's protocol over TLS as a session needs, keeps what it was asked, and answers
 * every statement with the rows that `answer` has for it. What a real server does is tried in tests/sandbox.
 */
export async function startFakePostgres(
  { cert, key }: CertificatePair,
  answer: (statement: string) => readonly Row[] = () => [],
): Promise<FakePostgres> {
  const sessions: FakeSession[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.once('data', () => {
      socket.write('S');
      const secure = new TLSSocket(socket, { isServer: true, cert, key });
      secure.on('error', () => {});
      serve(secure, sessions, answer);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the server has no port');
  return {
    port: address.port,
    sessions,
    async stop() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

function serve(socket: TLSSocket, sessions: FakeSession[], answer: (statement: string) => readonly Row[]): void {
  let session: FakeSession | undefined;
  let rest = Buffer.alloc(0);
  let parsed = '';
  socket.on('data', (data: Buffer) => {
    rest = Buffer.concat([rest, data]);
    for (;;) {
      const head = session === undefined ? 0 : 1;
      if (rest.length < head + 4 || rest.length < head + rest.readInt32BE(head)) return;
      const end = head + rest.readInt32BE(head);
      const [type, body] = [head === 0 ? '' : String.fromCharCode(rest[0] ?? 0), rest.subarray(head + 4, end)];
      rest = rest.subarray(end);
      if (session === undefined) {
        session = { startup: pairsOf(body.subarray(4)), statements: [], isEnded: false };
        sessions.push(session);
        socket.write(Buffer.concat([message('R', Buffer.alloc(4)), ready]));
      } else if (type === 'Q') {
        const text = textUntil0(body);
        session.statements.push(text);
        const all = text.split(';').filter((one) => one.trim() !== '');
        socket.write(
          Buffer.concat([...all.flatMap((one) => [...described(answer(one)), ...rowsOf(answer(one))]), ready]),
        );
      } else if (type === 'P') {
        parsed = textUntil0(body.subarray(body.indexOf(0) + 1));
        session.statements.push(parsed);
        socket.write(message('1'));
      } else if (type === 'B') socket.write(message('2'));
      else if (type === 'D') {
        const rows = answer(parsed);
        socket.write(Buffer.concat(rows.length === 0 ? [message('n')] : described(rows)));
      } else if (type === 'E') socket.write(Buffer.concat(rowsOf(answer(parsed))));
      else if (type === 'S') socket.write(ready);
      else if (type === 'X') session.isEnded = true;
    }
  });
}

const message = (type: string, body = Buffer.alloc(0)) => {
  const head = Buffer.alloc(5);
  head.write(type);
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
};
const ready = message('Z', Buffer.from('I'));
const int16 = (value: number) => Buffer.from([value >> 8, value & 255]);
const int32 = (value: number) => Buffer.from([value >> 24, (value >> 16) & 255, (value >> 8) & 255, value & 255]);
const textUntil0 = (body: Buffer) => body.subarray(0, body.indexOf(0)).toString();

function pairsOf(body: Buffer): Record<string, string> {
  const texts = body.toString().split('\0');
  return Object.fromEntries(texts.flatMap((name, index) => (index % 2 === 0 ? [[name, texts[index + 1] ?? '']] : [])));
}

/** Types of PostgreSQL by their oids: bool and text. */
function described([first]: readonly Row[]): Buffer[] {
  if (first === undefined) return [];
  const columns = Object.entries(first).map(([name, value]) =>
    Buffer.concat([
      Buffer.from(`${name}\0`),
      int32(0),
      int16(0),
      int32(typeof value === 'boolean' ? 16 : 25),
      int16(-1 & 0xffff),
      int32(-1),
      int16(0),
    ]),
  );
  return [message('T', Buffer.concat([int16(columns.length), ...columns]))];
}

function rowsOf(rows: readonly Row[]): Buffer[] {
  const data = rows.map((row) => {
    const values = Object.values(row).map((value) =>
      Buffer.from(typeof value === 'boolean' ? (value ? 't' : 'f') : value),
    );
    return message('D', Buffer.concat([int16(values.length), ...values.flatMap((one) => [int32(one.length), one])]));
  });
  return [...data, message('C', Buffer.from(`SELECT ${rows.length}\0`))];
}
