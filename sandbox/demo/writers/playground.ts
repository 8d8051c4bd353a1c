import type { ClientBase } from 'pg';

/** The ranges of keys that the transactions draw from, read once from the loaded demo. */
export type Playground = {
  readonly players: number;
  readonly games: number;
  /** Leagues and teams are numbered from 1, ten teams to a league. */
  readonly leagues: number;
  /** The last league is left to the long transaction, so that nobody waits for it. */
  readonly quietLeague: number;
};

export class DemoMissingError extends Error {
  override readonly name = 'DemoMissingError';
}

export async function readPlayground(client: ClientBase): Promise<Playground> {
  const { rows } = await client.query<{ database: string; present: boolean }>(
    `select current_database() as database, to_regclass('fantasy.leagues') is not null as present`,
  );
  if (rows[0]?.present !== true) {
    throw new DemoMissingError(
      `database '${rows[0]?.database}' has no table fantasy.leagues, the writers need the demo\nHINT: Load it first with loadDemo.`,
    );
  }
  const found = await client.query<{ players: number; games: number; leagues: number }>(
    `select (select max(id) from league.players) as players, (select max(id) from league.games) as games,
            (select max(id) from fantasy.leagues) as leagues`,
  );
  const { players = 0, games = 0, leagues = 0 } = found.rows[0] ?? {};
  return { players, games, leagues: leagues - 1, quietLeague: leagues };
}
