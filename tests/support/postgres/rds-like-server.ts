import pg from 'pg';
import {
  type SingleServer,
  type SingleServerOptions,
  startSingleServer,
} from '../../../sandbox/alarm-drill/single-server.ts';

export type RdsLikeServer = SingleServer & {
  /** A session of `user`, by default the master user's; closed when the server is disposed of. */
  connect(config?: pg.ClientConfig): Promise<pg.Client>;
};

export type RdsLikeOptions = SingleServerOptions;

/** A server of its own whose sessions end with it. */
export async function startRdsLikeServer(options: RdsLikeOptions = {}): Promise<RdsLikeServer> {
  const server = await startSingleServer(options);
  const dispose = server[Symbol.asyncDispose].bind(server);
  const clients: pg.Client[] = [];
  return {
    ...server,
    connect: async (config = {}) => {
      const client = new pg.Client({ ...server.master, ...config });
      client.on('error', () => undefined);
      await client.connect();
      clients.push(client);
      return client;
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.allSettled(clients.map((client) => client.end()));
      await dispose();
    },
  };
}
