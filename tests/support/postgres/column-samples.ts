/** A literal, or a literal that servers older than a version number do not know. */
export type Sample = string | { readonly literal: string; readonly since: number };

const LONG_NAME = 'n'.repeat(63);

/** Literals for each base and range type of pg_catalog: ordinary values, the edges, and pairs that only look equal. */
export const COLUMN_SAMPLES: Readonly<Record<string, readonly Sample[]>> = {
  aclitem: ['=r/pg_monitor', 'pg_monitor=arwdDxt/pg_monitor', 'pg_monitor=r*w*/pg_read_all_data'],
  bit: ['101', '00000000', '1'.repeat(129)],
  bool: ['t', 'f'],
  box: ['((1,1),(0,0))', '((0,-0),(-0,0))', '((Infinity,NaN),(-Infinity,0))'],
  bpchar: ['a', 'a   ', '', ' '],
  bytea: ['\\x', '\\x00', '\\xdeadbeef00'],
  char: ['a', '', ' ', '\\377'],
  cid: ['0', '4294967295'],
  cidr: ['10.0.0.0/8', '0.0.0.0/0', '::/0', '2001:db8::/32'],
  circle: ['<(0,0),0>', '<(1.5,-2),Infinity>', '<(NaN,0),1>'],
  date: ['2024-02-29', '4714-11-24 BC', '5874897-12-31', 'infinity', '-infinity'],
  datemultirange: ['{}', '{[2024-01-01,2024-02-01),[2024-03-01,2024-03-02)}', '{(,)}'],
  daterange: ['empty', '[2024-01-01,2024-01-31]', '(,)', '[-infinity,infinity]'],
  float4: ['0', '-0', 'NaN', 'Infinity', '-Infinity', '1.4e-45', '3.4028235e38', '0.1'],
  float8: ['0', '-0', 'NaN', 'Infinity', '-Infinity', '4.9e-324', '1.7976931348623157e308', '0.1'],
  inet: ['10.0.0.1', '10.0.0.1/8', '::1', '::ffff:1.2.3.4/120'],
  int2: ['0', '-32768', '32767'],
  int2vector: ['', '1 2 3', '-32768 32767'],
  int4: ['0', '-2147483648', '2147483647'],
  int4multirange: ['{}', '{[1,3),[5,8)}', '{(,)}'],
  int4range: ['empty', '[1,10]', '(,5)', '(,)'],
  int8: ['0', '-9223372036854775808', '9223372036854775807'],
  int8multirange: ['{}', '{[1,3),[5,8)}', '{(,)}'],
  int8range: ['empty', '[1,10]', '(,5)', '(,)'],
  interval: [
    '1 day',
    '24:00:00',
    '1 mon',
    '30 days',
    '-1 year +2 days -00:00:00.000001',
    '178000000 years',
    { literal: 'infinity', since: 170000 },
  ],
  json: ['{"a":1,"a":2}', ' {"a" : 1} ', 'null', '1.0', '[]', '"\\u0000"'],
  jsonb: ['{"b":1,"a":[1,2]}', 'null', '1.0', '1.00', '{}', '[]', '""', '-0.0'],
  jsonpath: ['$', 'strict $.a[*] ? (@.b > 1.0)', '$."key with space"'],
  line: ['{1,-1,0}', '{0,1,-2.5}'],
  lseg: ['[(0,0),(1,1)]', '[(0,-0),(NaN,Infinity)]'],
  macaddr: ['08:00:2b:01:02:03', '00:00:00:00:00:00'],
  macaddr8: ['08:00:2b:01:02:03:04:05', 'ff:ff:ff:ff:ff:ff:ff:ff'],
  money: ['0', '1234.56', '-92233720368547758.08', '92233720368547758.07'],
  name: ['name', '', LONG_NAME, 'Größe'],
  numeric: ['0', '-0.00', '1', '1.0', '1.00', 'NaN', 'Infinity', '-Infinity', '1e-1000', `-${'9'.repeat(2_000)}.5`],
  nummultirange: ['{}', '{[1.0,3),[5,8.50)}', '{(,)}'],
  numrange: ['empty', '[1.0,1.00]', '[NaN,NaN]', '(,Infinity)', '(,)'],
  oid: ['0', '4294967295'],
  oidvector: ['', '0 4294967295'],
  path: ['((0,0),(1,1))', '[(0,0),(1,1)]', '[(0,-0)]'],
  pg_lsn: ['0/0', '16/B374D848', 'FFFFFFFF/FFFFFFFF'],
  pg_snapshot: ['10:20:10,14,15', '10:10:'],
  point: ['(0,0)', '(0,-0)', '(NaN,Infinity)', '(1e-300,-1e300)'],
  polygon: ['((0,0),(1,0),(1,1))', '((0,0))'],
  refcursor: ['a cursor', '', '<unnamed portal 1>'],
  regclass: ['pg_class', '-', '4294967295'],
  regcollation: ['"C"', '-'],
  regconfig: ['english', '-'],
  regdictionary: ['simple', '-'],
  regnamespace: ['pg_catalog', '-'],
  regoper: ['pg_catalog.||/', '0'],
  regoperator: ['+(integer,integer)', '0'],
  regproc: ['pg_catalog.pg_backend_pid', '-'],
  regprocedure: ['pg_catalog.now()', '-'],
  regrole: ['pg_monitor', '-'],
  regtype: ['integer', 'timestamp with time zone', '-'],
  text: ['', ' ', "it's", 'two\nlines\ttab', 'Größe 名前 😀', 'NULL', '\\N', '{"looks":"like json"}'],
  tid: ['(0,0)', '(0,1)', '(4294967295,65535)'],
  time: ['00:00:00', '24:00:00', '23:59:59.999999'],
  timestamp: [
    '2024-02-29 12:00:00.000001',
    '4714-11-24 00:00:00 BC',
    '294276-12-31 23:59:59.999999',
    'infinity',
    '-infinity',
  ],
  timestamptz: [
    '2024-02-29 12:00:00+00',
    '2024-02-29 13:00:00+01',
    '4714-11-24 00:00:00+00 BC',
    'infinity',
    '-infinity',
  ],
  timetz: ['12:00:00+00', '13:00:00+01', '24:00:00-15:59'],
  tsmultirange: ['{}', '{[2024-01-01 00:00,2024-01-02 00:00)}', '{(,)}'],
  tsquery: ["'fat' & !'rat':A", "'a' <2> 'b'", ''],
  tsrange: ['empty', '[2024-01-01 00:00,2024-01-02 00:00)', '(,infinity)', '(,)'],
  tstzmultirange: ['{}', '{[2024-01-01 00:00+00,2024-01-02 00:00+00)}', '{(,)}'],
  tstzrange: ['empty', '[2024-01-01 00:00+00,2024-01-02 00:00+00)', '(,infinity)', '(,)'],
  tsvector: ['', "'a':1A 'b':2,3", "'it''s'"],
  txid_snapshot: ['10:20:10,14,15', '10:10:'],
  uuid: [
    '00000000-0000-0000-0000-000000000000',
    'ffffffff-ffff-ffff-ffff-ffffffffffff',
    '01890a5d-ac96-774b-bcce-b302099a8057',
  ],
  varbit: ['', '1', '10101'],
  varchar: ['', 'a', 'a ', 'Größe'],
  xid: ['0', '3', '4294967295'],
  xid8: ['0', '18446744073709551615'],
  xml: ['<a/>', '<a></a>', '<?xml version="1.0"?><a b="1">ü</a>', 'only text'],
};

/**
 * Types without a literal: their values exist only inside the server. `superuser`: the value is made from bytes by a
 * cast that exists for one statement.
 */
export const COLUMN_EXPRESSIONS: Readonly<Record<string, { readonly sql: string; readonly superuser: boolean }>> = {
  pg_node_tree: { sql: '(select ev_action from pg_catalog.pg_rewrite order by oid limit 1)', superuser: false },
  pg_ndistinct: {
    sql: `(select n_distinct from pg_stats_ext where statistics_name = 'shape_statistics')`,
    superuser: false,
  },
  pg_dependencies: {
    sql: `(select dependencies from pg_stats_ext where statistics_name = 'shape_statistics')`,
    superuser: false,
  },
  pg_mcv_list: {
    sql: '(select stxdmcv from pg_statistic_ext_data where stxdmcv is not null limit 1)',
    superuser: true,
  },
  // Flags SIGNKEY and ALLISTRUE: "all true bits".
  gtsvector: { sql: `'\\x06000000'::bytea::pg_catalog.gtsvector`, superuser: true },
  // A hashed filter: flags, number of hashes, 64 bits of which none is set, and the bits.
  pg_brin_bloom_summary: {
    sql: `'\\x00000700400000000000000000000000000000000000'::bytea::pg_catalog.pg_brin_bloom_summary`,
    superuser: true,
  },
  // Type int4, no ranges, one value of at most 32: the value 5.
  pg_brin_minmax_multi_summary: {
    sql: `'\\x1700000000000000010000002000000005000000'::bytea::pg_catalog.pg_brin_minmax_multi_summary`,
    superuser: true,
  },
};
