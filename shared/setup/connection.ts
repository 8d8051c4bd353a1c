import type { ConnectionTarget } from '../pg/session/connect.ts';

/**
 * As libpq takes it. Channel binding: whoever answers must know the verifier of the password and hold the key of the certificate, so
 * that no file of authorities is needed on the standby. A server that is silent is given up, and a link that is cut is noticed.
 */
export function subscriberConnection({ host, port, database, user, password }: ConnectionTarget): string {
  const quoted = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
  return [
    `host=${quoted(host)} port=${port} dbname=${quoted(database)} user=${quoted(user)} password=${quoted(password)}`,
    'sslmode=require channel_binding=require connect_timeout=10 keepalives_idle=30 keepalives_interval=10 keepalives_count=3',
  ].join(' ');
}
