import type { Socket } from 'node:net';
import type pg from 'pg';
import { statementError } from './statement-error.ts';

/** What `pg` has of a connection: its protocol for COPY. */
type Connection = {
  readonly stream: Socket;
  query(text: string): void;
  sendCopyFromChunk(chunk: Uint8Array): void;
  endCopyFrom(): void;
  sendCopyFail(message: string): void;
};
const connectionOf = (client: pg.Client): Connection => (client as unknown as { connection: Connection }).connection;
const nothing = () => {};

type Half = {
  /** Null when it failed, and `error` says why. */
  readonly done: Promise<bigint>;
};

/**
 * Runs `COPY … TO STDOUT` on one server and hands what it sends to `COPY … FROM STDIN` on another one, piece by piece: when the target is
 * slow, the source waits, so that memory stays flat. Resolves to the rows that the target took; rejects when either fails, and then
 * neither has done anything that a rollback would not take back.
 */
export async function pipeCopy(
  source: pg.Client,
  sourceSql: string,
  target: pg.Client,
  targetSql: string,
): Promise<bigint> {
  const from = connectionOf(source);
  const to = connectionOf(target);
  let isOpen = true;
  const writer = copyFrom(target, targetSql, () => {
    isOpen = false;
    from.stream.resume();
  });
  await writer.ready;
  const sent = copyTo(source, sourceSql, (chunk) => {
    // The rest of what a source sends after its target has failed leads nowhere.
    if (!isOpen) return;
    to.sendCopyFromChunk(chunk);
    if (!to.stream.writableNeedDrain) return;
    from.stream.pause();
    to.stream.once('drain', () => from.stream.resume());
  });
  const [rows, taken] = await Promise.allSettled([
    sent.done.then(
      (count) => {
        if (isOpen) to.endCopyFrom();
        return count;
      },
      (error: unknown) => {
        if (isOpen) to.sendCopyFail('the source did not send all of it');
        throw error;
      },
    ),
    writer.done,
  ]);
  if (rows.status === 'rejected') throw rows.reason;
  if (taken.status === 'rejected') throw taken.reason;
  if (rows.value !== taken.value) throw new Error(`${rows.value} rows were sent and ${taken.value} taken`);
  return taken.value;
}

const countOf = (text: string): bigint | undefined => {
  const [, count] = /^COPY (\d+)$/.exec(text) ?? [];
  return count === undefined ? undefined : BigInt(count);
};

function copyTo(client: pg.Client, sql: string, onData: (bytes: Uint8Array) => void): Half {
  return {
    done: new Promise((resolve, reject) => {
      let rows: bigint | undefined;
      const query = {
        submit: (connection: Connection) => connection.query(sql),
        handleError: (error: unknown) => reject(statementError(`'${client.host}:${client.port}'`, error)),
        handleReadyForQuery: () =>
          rows === undefined ? reject(new Error('COPY ended without the number of its rows')) : resolve(rows),
        handleCopyData: ({ chunk }: { readonly chunk: Uint8Array }) => onData(chunk),
        handleCommandComplete: ({ text }: { readonly text: string }) => {
          rows = countOf(text);
        },
        ...{ handleRowDescription: nothing, handleDataRow: nothing, handleEmptyQuery: nothing },
      };
      client.query(query as unknown as pg.Submittable);
    }),
  };
}

function copyFrom(client: pg.Client, sql: string, onEnd: () => void): Half & { readonly ready: Promise<void> } {
  let isReady = nothing;
  let isNotReady: (error: unknown) => void = nothing;
  const ready = new Promise<void>((resolve, reject) => {
    isReady = resolve;
    isNotReady = reject;
  });
  const done = new Promise<bigint>((resolve, reject) => {
    let rows: bigint | undefined;
    let failed: unknown;
    const query = {
      submit: (connection: Connection) => connection.query(sql),
      handleCopyInResponse: () => isReady(),
      handleError: (error: unknown) => {
        failed = statementError(`'${client.host}:${client.port}'`, error);
        onEnd();
        isNotReady(failed);
        reject(failed);
      },
      handleReadyForQuery: () => {
        onEnd();
        if (rows !== undefined) resolve(rows);
        else reject(failed ?? new Error('COPY ended without the number of its rows'));
      },
      handleCommandComplete: ({ text }: { readonly text: string }) => {
        rows = countOf(text);
      },
      ...{ handleRowDescription: nothing, handleDataRow: nothing, handleEmptyQuery: nothing, handleCopyData: nothing },
    };
    client.query(query as unknown as pg.Submittable);
  });
  done.catch(nothing); // awaited when the source has ended
  return { ready, done };
}
