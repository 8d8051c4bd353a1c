import { CommandLineError } from '../../shared/errors.ts';
import type { ConnectionTarget } from '../../shared/pg/session/connect.ts';

/** Where the URL of a person leads; the password may come from PGPASSWORD. */
export function targetOf(text: string, database: string): ConnectionTarget {
  const url = URL.parse(text);
  // The text itself may hold a password, and is not repeated.
  if (url === null || !/^postgres(ql)?:$/.test(url.protocol))
    throw new CommandLineError('--url is no URL of a PostgreSQL database', {
      hints: ['It looks like postgres://postgres@host:5432/database.'],
    });
  const { hostname, port, username, password, pathname } = url;
  const named = decodeURIComponent(pathname.slice(1));
  if (named !== '' && named !== database) {
    throw new CommandLineError(`--url names database '${named}', the command is about '${database}'`);
  }
  if (hostname === '') throw new CommandLineError('--url names no host');
  return {
    host: hostname,
    port: port === '' ? 5432 : Number(port),
    database,
    user: decodeURIComponent(username) || 'postgres',
    password: decodeURIComponent(password) || (process.env['PGPASSWORD'] ?? ''),
  };
}
