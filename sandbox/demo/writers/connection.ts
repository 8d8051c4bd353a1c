import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import type { Tally } from './tally.ts';

/** A query that has no answer by then is a lost connection: the server may be frozen, and `stop` must come back. */
const QUERY_TIMEOUT_MILLISECONDS = 15_000;
const CONNECT_TIMEOUT_MILLISECONDS = 5_000;
const RECONNECT_PAUSE_MILLISECONDS = 250;

/** One connection that is opened again whenever it breaks, until it is closed. */
export class WriterConnection {
  readonly #config: pg.ClientConfig;
  readonly #tally: Tally;
  #client: pg.Client | undefined;

  constructor(config: pg.ClientConfig, tally: Tally) {
    this.#config = config;
    this.#tally = tally;
  }

  async open(): Promise<pg.Client> {
    const client = new pg.Client({
      application_name: 'pg-gameday writer',
      query_timeout: QUERY_TIMEOUT_MILLISECONDS,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MILLISECONDS,
      ...this.#config,
    });
    // Without a listener a broken connection would end the process.
    client.on('error', () => this.#drop(client));
    await client.connect();
    this.#client = client;
    return client;
  }

  /** The open client; opens it again after a loss. Undefined once the signal is aborted. */
  async client(signal: AbortSignal): Promise<pg.Client | undefined> {
    while (this.#client === undefined && !signal.aborted) {
      try {
        return await this.open();
      } catch {
        await delay(RECONNECT_PAUSE_MILLISECONDS, undefined, { signal }).catch(() => undefined);
      }
    }
    return signal.aborted ? undefined : this.#client;
  }

  /**
   * After a failed transaction: counts the error and makes the connection usable again. An answer of the server has a
   * SQLSTATE; anything else, and a server that is going away (class 57P, 08), is a lost connection.
   */
  async recover(error: unknown): Promise<void> {
    const client = this.#client;
    if (client === undefined) {
      return;
    }
    const sqlState = error instanceof pg.DatabaseError ? (error.code ?? '') : '';
    if (sqlState === '' || sqlState.startsWith('57P') || sqlState.startsWith('08')) {
      this.#drop(client);
      return;
    }
    this.#tally.error(sqlState);
    try {
      await client.query('rollback');
    } catch {
      this.#drop(client);
    }
  }

  async close(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    await client?.end();
  }

  #drop(client: pg.Client): void {
    if (this.#client !== client) {
      return;
    }
    this.#client = undefined;
    this.#tally.lostConnections += 1;
    client.end().catch(() => undefined);
  }
}
