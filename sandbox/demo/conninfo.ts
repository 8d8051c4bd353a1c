import { OperationError } from '../../shared/errors.ts';

/** What a connection string says, by libpq's names; lists of hosts and ports are joined by commas, as libpq has them. */
export type Conninfo = Readonly<Record<string, string>>;

/** Of PostgreSQL 18; what a server or an older libpq does not know, it says itself. */
const known = new Set(
  `service servicefile user password passfile channel_binding connect_timeout dbname host hostaddr port client_encoding options
   application_name fallback_application_name keepalives keepalives_idle keepalives_interval keepalives_count
   tcp_user_timeout sslmode sslnegotiation sslcompression sslcert sslkey sslcertmode sslpassword sslrootcert sslcrl
   sslcrldir sslsni requirepeer require_auth min_protocol_version max_protocol_version ssl_min_protocol_version
   ssl_max_protocol_version gssencmode krbsrvname gsslib gssdelegation replication target_session_attrs
   load_balance_hosts scram_client_key scram_server_key sslkeylogfile oauth_issuer oauth_client_id oauth_client_secret
   oauth_scope`.split(/\s+/),
);

/** Nothing of the text is repeated: a part of it may be a password. */
const refuse = (what: string, hint: string) => new OperationError(`--from ${what}`, { hints: [hint] });
const examples =
  "It looks like postgres://user:password@host:5432/database, 'host=/run/postgresql dbname=mine' or service=mine.";

/** Reads a URI or `key=value` pairs as libpq does. */
export function readConninfo(text: string): Conninfo {
  const uri = /^postgres(?:ql)?:\/\//.exec(text);
  const pairs = uri === null ? pairsOf(text) : uriPairs(text.slice(uri[0].length));
  const settings: Record<string, string> = {};
  for (const [key, value] of pairs) {
    if (!known.has(key)) throw refuse(`has a parameter that libpq does not know: '${shown(key)}'`, examples);
    if (value.includes('\0')) throw refuse(`has a zero byte in '${key}'`, examples);
    settings[key] = value;
  }
  return settings;
}

/** A parameter's name that is none may be the end of a password with a blank or an '&' in it. */
const shown = (key: string): string => (/^[a-z_]{2,24}$/.test(key) ? key : '…');

function uriPairs(rest: string): [string, string][] {
  const [beforeQuery = '', ...queries] = rest.split('?');
  const query = queries.join('?');
  const slash = beforeQuery.indexOf('/');
  const authority = slash < 0 ? beforeQuery : beforeQuery.slice(0, slash);
  const database = slash < 0 ? '' : beforeQuery.slice(slash + 1);
  const [userinfo, hosts] = authority.includes('@')
    ? [authority.slice(0, authority.indexOf('@')), authority.slice(authority.indexOf('@') + 1)]
    : ['', authority];
  const isOdd = hosts.includes('@') || (queries.length > 1 && queries.slice(0, -1).some((one) => one.includes('@')));
  if (isOdd)
    throw refuse(
      "has an '@' too many",
      "Write it as %40 where it belongs to a user or a password, ':' as %3A, '/' as %2F.",
    );
  const colon = userinfo.indexOf(':');
  const [user, password] = colon < 0 ? [userinfo, ''] : [userinfo.slice(0, colon), userinfo.slice(colon + 1)];
  const places = hosts === '' ? [] : hosts.split(',').map(hostAndPort);
  const named: [string, string][] = [
    ['user', user],
    ['password', password],
    ['host', places.map(({ host }) => host).join(',')],
    ['port', places.map(({ port }) => port).join(',')],
    ['dbname', database],
  ];
  return [
    ...named.flatMap(([key, value]): [string, string][] =>
      value.replaceAll(',', '') === '' ? [] : [[key, decoded(value)]],
    ),
    ...(query === '' ? [] : query.split('&').map(parameter)),
  ];
}

function hostAndPort(text: string): { host: string; port: string } {
  const found = /^(?:\[([^\]]+)\]|([^:[\]]*))(?::(\d*))?$/.exec(text);
  if (found === null)
    throw refuse(
      'has a host that is none',
      "An IPv6 address stands in brackets, a port is a number; ':' in a password is %3A.",
    );
  return { host: found[1] ?? found[2] ?? '', port: found[3] ?? '' };
}

function parameter(text: string): [string, string] {
  const [key = '', value, ...more] = text.split('=');
  if (value === undefined || more.length > 0)
    throw refuse('has a parameter that is no key=value', "'=' and '&' in a value are written as %3D and %26.");
  // As JDBC writes it; libpq takes it, too.
  return key === 'ssl' && value === 'true' ? ['sslmode', 'require'] : [decoded(key), decoded(value)];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw refuse("has a '%' that begins no percent-encoded character", "'%' itself is written as %25.");
  }
}

/** `key = value`, values in single quotes where they are empty or have blanks, backslash before a quote or a backslash. */
function pairsOf(text: string): [string, string][] {
  const pair =
    /\s*([^\s=]+)\s*=\s*(?:'((?:[^'\\]|\\[\s\S])*)'|((?:[^\s'\\]|\\[\s\S])(?:[^\s\\]|\\[\s\S])*)?)(?=\s|$)\s*/y;
  const pairs: [string, string][] = [];
  while (pair.lastIndex < text.length) {
    const at = pair.lastIndex;
    const found = pair.exec(text);
    if (found === null)
      throw at === 0 && !text.includes('=')
        ? refuse('is no URL of a PostgreSQL database', examples)
        : refuse('is no list of key=value', "A value with blanks stands in single quotes; \\' is a quote in it.");
    pairs.push([found[1] ?? '', (found[2] ?? found[3] ?? '').replace(/\\([\s\S])/g, '$1')]);
  }
  if (pairs.length === 0) throw refuse('is no URL of a PostgreSQL database', examples);
  return pairs;
}

/** For an argument of a program of PostgreSQL. */
export const writeConninfo = (settings: Conninfo): string =>
  Object.entries(settings)
    .map(([key, value]) => `${key}='${value.replace(/[\\']/g, '\\$&')}'`)
    .join(' ');
