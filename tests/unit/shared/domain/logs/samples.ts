/** Lines as a PostgreSQL server has written them, with what must not pass. */
export const samples: readonly (readonly [line: string, ...secrets: readonly string[]])[] = [
  ["LOG:  statement: alter role app password 'hunter-2-orange'", 'hunter-2-orange'],
  [
    "LOG:  statement: create user mapping for app server s options (user 'app', password 'p''q-green')",
    "p''q-green",
    'p' + "'q-green",
  ],
  [
    'ERROR:  duplicate key value violates unique constraint "users_email_key"\nDETAIL:  Key (email)=(jane.doe@example.com) already exists.',
    'jane.doe',
  ],
  ['DETAIL:  Key (email, phone)=(joe@example.org, +1 555 0100) already exists.', 'joe@', '0100'],
  ['DETAIL:  Failing row contains (17, Jane Doe, 4111111111111111, null).', 'Jane Doe', '4111111111111111'],
  ["DETAIL:  parameters: $1 = 'jane.doe@example.com', $2 = '4111 1111'", 'jane.doe', '4111'],
  ["DETAIL:  Parameters: $1 = '42', $2 = NULL, $3 = 'it''s me'", "it''s me", '42'],
  ["CONTEXT:  unnamed portal with parameters: $1 = 'rosebud'", 'rosebud'],
  ["LOG:  duration: 5012.345 ms  execute <unnamed>: select * from users where token = 'tok_51H8xyz'", 'tok_51H8xyz'],
  ['CONTEXT:  COPY users, line 3, column birthday: "1980-02-30 jane"', '1980-02-30', 'jane'],
  ['CONTEXT:  COPY users, line 12: "12\tJane\tsecret-cell"', 'Jane', 'secret-cell'],
  ['ERROR:  invalid input syntax for type integer: "top-secret"', 'top-secret'],
  [
    'ERROR:  invalid input syntax for type json\nDETAIL:  Token "s3cr3t" is invalid.\nCONTEXT:  JSON data, line 1: "password": "s3cr3t"',
    '"password": "s3cr3t"',
  ],
  [
    'FATAL:  could not connect to server: postgresql://app:pa55@db.example.com:5432/orders?sslmode=require',
    'pa55',
    'db.example.com',
  ],
  [
    "LOG:  statement: create subscription s connection 'host=192.0.2.7 user=repl password=blue-whale dbname=app' publication p",
    'blue-whale',
    '192.0.2.7',
  ],
  [
    'FATAL:  invalid connection option: host=192.0.2.8 port=5432 password=blue-whale user=app',
    'blue-whale',
    '192.0.2.8',
  ],
  ['LOG:  connection received: host=203.0.113.44 port=53124', '203.0.113.44'],
  ['LOG:  connection received: host=2001:db8::8a2e:370:7334 port=53124', '2001:db8::8a2e:370:7334'],
  [
    "STATEMENT:  select aws_s3.table_import_from_s3('t', '', '', 'b', 'k', 'us-east-1', 'AKIAIOSFODNN7EXAMPLE', E'wJalr\\'XUtn/FEMI')",
    'AKIAIOSFODNN7EXAMPLE',
    'XUtn/FEMI',
  ],
  ['STATEMENT:  do $body$ begin perform login($$swordfish$$); end $body$', 'swordfish'],
  ["STATEMENT:  alter role app password 'SCRAM-SHA-256$4096:c2FsdA==$a2V5:c2VydmVy", 'c2FsdA==', 'a2V5'],
  ['LOG:  provider said {"api_key": "k-9f8e7d", "user": "app"}', 'k-9f8e7d'],
  ['LOG:  request with Authorization: Bearer abc.def-ghi and eyJhbGciOi.eyJzdWIiOi.c2ln', 'abc.def-ghi', 'eyJzdWIiOi'],
  ["LOG:  statement: select 'a value that the log has trunca", 'a value that the log'],
];
