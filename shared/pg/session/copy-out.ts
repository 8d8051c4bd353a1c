import type pg from 'pg';
import { statementError } from './statement-error.ts';

/** What `pg` calls of a query that is in work: its protocol for queries of another's making. */
type Submitted = {
  submit(connection: { query(text: string): void }): void;
  handleError(error: unknown): void;
  handleReadyForQuery(): void;
  handleCopyData(message: { readonly chunk: Uint8Array }): void;
  handleCommandComplete(message: { readonly text: string }): void;
  handleRowDescription(): void;
  handleDataRow(): void;
  handleEmptyQuery(): void;
};

/**
 * Runs one `COPY … TO STDOUT` and gives `onData` what it sends, piece by piece and in order. Resolves to the number of rows
 * that the server says it sent.
 */
export function copyOut(client: pg.Client, sql: string, onData: (bytes: Uint8Array) => void): Promise<bigint> {
  return new Promise((resolve, reject) => {
    let rows: bigint | undefined;
    const nothing = () => {};
    const query: Submitted = {
      submit: (connection) => connection.query(sql),
      handleError: (error) => reject(statementError(`'${client.host}:${client.port}'`, error)),
      handleReadyForQuery() {
        if (rows === undefined) reject(new Error('COPY ended without the number of its rows'));
        else resolve(rows);
      },
      handleCopyData: ({ chunk }) => onData(chunk),
      handleCommandComplete({ text }) {
        const [, count] = /^COPY (\d+)$/.exec(text) ?? [];
        if (count !== undefined) rows = BigInt(count);
      },
      handleRowDescription: nothing,
      handleDataRow: nothing,
      handleEmptyQuery: nothing,
    };
    client.query(query as unknown as pg.Submittable);
  });
}
