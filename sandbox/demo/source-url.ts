import pg from 'pg';
import { OperationError } from '../../shared/errors.ts';

export class SourceUnreachableError extends OperationError {
  override readonly name = 'SourceUnreachableError';
}

/** The database that `--from` names. Its password stays out of arguments and of messages. */
export type SourceUrl = {
  readonly url: string;
  readonly withoutPassword: string;
  readonly password: string | undefined;
};

export function readSourceUrl(from: string): SourceUrl {
  const url = URL.parse(from);
  if (url === null || !/^postgres(ql)?:$/.test(url.protocol)) {
    throw new OperationError(`--from is no URL of a PostgreSQL database`, {
      hints: ['It looks like postgres://user:password@host:5432/database, with special characters percent-encoded.'],
    });
  }
  const password = url.password === '' ? undefined : decodeURIComponent(url.password);
  url.password = '';
  return { url: from, withoutPassword: url.href, password };
}

/** Answers the major version of the server. */
export async function checkSource({ url, withoutPassword }: SourceUrl): Promise<number> {
  const client = new pg.Client({
    application_name: 'pg-gameday copy',
    connectionTimeoutMillis: 10_000,
    connectionString: url,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ major: number }>(
      "select current_setting('server_version_num')::int / 10000 as major",
    );
    return rows[0]?.major ?? 0;
  } catch (error) {
    throw new SourceUnreachableError(`database '${withoutPassword}' of --from does not answer: ${reasonOf(error)}`, {
      hints: ['Compare host, port, user and password with what psql needs.'],
    });
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** A name with several addresses fails with an error for each, and without a message of its own. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return error.errors.map(reasonOf).join(', ');
  return error instanceof Error ? error.message : String(error);
}
