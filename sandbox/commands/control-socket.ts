import { chmodSync, lstatSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** EventBridge takes 256 KB; whoever sends more has another thing in mind. Bytes. */
const largestRequest = 1024 * 1024;
/** The path of a socket may have about 100 characters. */
const longestPath = 90;
/** Milliseconds: what is handed to the bus is answered at once. */
const answerTimeout = 30_000;

export type ControlSocket = { readonly path: string; close(): Promise<void> };

/**
 * Answers each request with what `handle` says, or why it would not. Only whoever started the sandbox gets in: the socket lies in
 * a directory of mode 0700, and has mode 0600 itself. Nothing that is sent ends the process.
 */
export async function listenOnSocket(
  dataDirectory: string,
  handle: (request: unknown) => Promise<string>,
): Promise<ControlSocket> {
  const directory = privateDirectory(dataDirectory);
  const file = path.join(directory, 'control');
  const open = new Set<net.Socket>();
  // A client says all that it has to say, and then waits: it closes its half first.
  const server = net.createServer({ allowHalfOpen: true }, (socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket)).on('error', () => socket.destroy());
    void readAll(socket)
      .then(async (text) => ({ answer: await handle(JSON.parse(text)) }))
      .catch((error: unknown) => ({ error: error instanceof Error ? error.message : String(error) }))
      .then((reply) => socket.end(JSON.stringify(reply)));
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(file, resolve));
  chmodSync(file, 0o600);
  return {
    path: file,
    async close() {
      for (const socket of open) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Sends a request to a running sandbox; rejects with what it refuses. */
export async function askSocket(file: string, request: unknown): Promise<string> {
  const { uid, mode } = lstatSync(file);
  if (uid !== process.getuid?.() || (mode & 0o077) !== 0) {
    throw new Error(
      `socket '${file}' belongs to user ${uid} with mode ${(mode & 0o777).toString(8)}, it must be yours alone\nHINT: Start the sandbox as the same user.`,
    );
  }
  const socket = net.connect({ path: file, allowHalfOpen: true });
  socket.setTimeout(answerTimeout, () =>
    socket.destroy(new Error(`sandbox gives no answer in ${answerTimeout / 1000} s`)),
  );
  socket.end(JSON.stringify(request));
  const { answer, error } = JSON.parse(await readAll(socket)) as { answer?: string; error?: string };
  if (answer === undefined) throw new Error(error);
  return answer;
}

async function readAll(socket: net.Socket): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of socket as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > largestRequest) throw new Error(`more than ${largestRequest} bytes were sent`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

/** Below the data directory, or where the path of a socket is short enough. */
function privateDirectory(dataDirectory: string): string {
  const inside = path.join(dataDirectory, 'control');
  if (inside.length <= longestPath) {
    mkdirSync(inside, { mode: 0o700 });
    return inside;
  }
  return mkdtempSync(path.join(tmpdir(), 'pg-gameday-control-')); // 0700
}
