import { once } from 'node:events';
import net from 'node:net';

/** Whose sessions, and with which server. */
export type SessionPlace = { readonly function: string; readonly region: string; readonly instance: string };

type Proxy = { readonly place: SessionPlace; readonly server: net.Server; readonly port: number };
type Session = { readonly place: SessionPlace; readonly client: net.Socket; readonly upstream: net.Socket };

/** Decides about a request before it reaches the server. */
export type OnRequest = (place: SessionPlace) => Promise<void>;

/**
 * Ports between functions and servers, one for each pair that needs one. Sessions are encrypted from end to end, so a
 * request is known by its turn: it is what a client sends after the server has spoken, the handshake included.
 */
export class SessionProxies {
  readonly #onRequest: OnRequest;
  readonly #proxies = new Map<string, Promise<Proxy>>();
  readonly #sessions = new Set<Session>();

  constructor(onRequest: OnRequest) {
    this.#onRequest = onRequest;
  }

  /** The port that stands for the server's. */
  async portFor(place: SessionPlace, serverPort: number): Promise<number> {
    const key = `${place.function} ${place.region} ${place.instance} ${serverPort}`;
    let proxy = this.#proxies.get(key);
    if (proxy === undefined) {
      proxy = this.#open(place, serverPort);
      this.#proxies.set(key, proxy);
    }
    return (await proxy).port;
  }

  /** Breaks connections as a network does: both ends see a reset. */
  reset(isMeant: (instance: string) => boolean): void {
    for (const { place, client, upstream } of this.#sessions) {
      if (!isMeant(place.instance)) continue;
      client.resetAndDestroy();
      upstream.resetAndDestroy();
    }
  }

  /** Ends every session and frees every port. */
  async close(): Promise<void> {
    const proxies = await Promise.all(this.#proxies.values());
    this.#proxies.clear();
    for (const { client, upstream } of this.#sessions) {
      client.destroy();
      upstream.destroy();
    }
    await Promise.all(
      proxies.map(async ({ server }) => {
        const closed = once(server, 'close');
        server.close();
        await closed;
      }),
    );
  }

  async #open(place: SessionPlace, serverPort: number): Promise<Proxy> {
    const server = net.createServer({ noDelay: true }, (client) => this.#join(place, client, serverPort));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    server.unref();
    return { place, server, port: (server.address() as net.AddressInfo).port };
  }

  #join(place: SessionPlace, client: net.Socket, serverPort: number): void {
    const upstream = net.connect({ port: serverPort, host: '127.0.0.1', noDelay: true });
    const session: Session = { place, client, upstream };
    this.#sessions.add(session);
    let isAnswered = true;
    let turn = Promise.resolve();
    client.on('data', (bytes) => {
      const begins = isAnswered;
      isAnswered = false;
      client.pause();
      // In turn: what follows must not overtake a request that a fault is looking at.
      turn = turn
        .then(() => (begins ? this.#onRequest(place) : undefined))
        .then(() => {
          if (upstream.destroyed) return;
          if (upstream.write(bytes)) client.resume();
          else upstream.once('drain', () => client.resume());
        });
    });
    upstream.on('data', (bytes) => {
      isAnswered = true;
      if (client.write(bytes)) return;
      upstream.pause();
      client.once('drain', () => upstream.resume());
    });
    client.on('end', () => void turn.then(() => upstream.end()));
    upstream.on('end', () => client.end());
    // What is written still goes out: a server reports why it ends a session.
    const leave = () => {
      this.#sessions.delete(session);
      client.destroySoon();
      upstream.destroySoon();
    };
    for (const socket of [client, upstream]) socket.on('error', leave).on('close', leave);
  }
}
