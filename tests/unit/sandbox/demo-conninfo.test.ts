import assert from 'node:assert/strict';
import path from 'node:path';
import fc from 'fast-check';
import { readConninfo, writeConninfo } from '../../../sandbox/demo/conninfo.ts';
import { readSourceUrl } from '../../../sandbox/demo/source-url.ts';

describe('--from is read as libpq reads it', () => {
  const cases: readonly (readonly [string, Record<string, string>])[] = [
    ['postgres://', {}],
    ['postgresql://localhost', { host: 'localhost' }],
    [
      'postgres://me:it%27s%20a%40b@db.example.com:5433/my%20own%2Fdb',
      {
        user: 'me',
        password: "it's a@b",
        host: 'db.example.com',
        port: '5433',
        dbname: 'my own/db',
      },
    ],
    ['postgres:///mine?host=/run/postgresql', { dbname: 'mine', host: '/run/postgresql' }],
    [
      'postgres://me@%2Frun%2Fpostgresql:5433/mine',
      { user: 'me', host: '/run/postgresql', port: '5433', dbname: 'mine' },
    ],
    [
      'postgres://a.example.com:1,b.example.com:2/x?target_session_attrs=any',
      {
        host: 'a.example.com,b.example.com',
        port: '1,2',
        dbname: 'x',
        target_session_attrs: 'any',
      },
    ],
    ['postgres://a.example.com,b.example.com/x', { host: 'a.example.com,b.example.com', dbname: 'x' }],
    ['postgres://[2001:db8::1]:5433/x', { host: '2001:db8::1', port: '5433', dbname: 'x' }],
    ['postgres://h/x?sslmode=require&password=p%26q', { host: 'h', dbname: 'x', sslmode: 'require', password: 'p&q' }],
    ['postgres://h/x?ssl=true', { host: 'h', dbname: 'x', sslmode: 'require' }],
    ['postgres://?service=mine', { service: 'mine' }],
    ['service=mine', { service: 'mine' }],
    [
      "host=h  port = 5433 dbname='a b' password='it\\'s \\\\' user=me\\ too",
      {
        host: 'h',
        port: '5433',
        dbname: 'a b',
        password: "it's \\",
        user: 'me too',
      },
    ],
    ["host=h password=''", { host: 'h', password: '' }],
    // Blanks after the '=' are none of the value: libpq reads on.
    ['host=h password= user=me', { host: 'h', password: 'user=me' }],
  ];
  for (const [text, expected] of cases) test(text, () => assert.deepEqual(readConninfo(text), expected));

  test('what is written for an argument is read again as it was', () => {
    const value = fc.string().filter((text) => !text.includes('\0'));
    fc.assert(
      fc.property(fc.record({ host: value, dbname: value, user: value }, { noNullPrototype: true }), (settings) =>
        assert.deepEqual(readConninfo(writeConninfo(settings)), settings),
      ),
    );
  });

  const secret = 'Hidden7';
  const refused: readonly (readonly [string, RegExp])[] = [
    ['fantasy', /^--from is no URL of a PostgreSQL database\nHINT: It looks like postgres:/],
    ['', /^--from is no URL/],
    [`mysql://me:${secret}@h/x`, /^--from is/],
    [`postgres://me:a@${secret}@h/x`, /^--from has an '@' too many\nHINT: Write it as %40/],
    [`postgres://me:${secret}?x@h/x`, /^--from has /],
    [`postgres://me:a/${secret}@h/x`, /^--from has /],
    [`postgres://me:a:${secret}/x@h`, /^--from has /],
    [`postgres://me:50%${secret}@h/x`, /^--from has a '%' that begins no percent-encoded character\nHINT: /],
    [`postgres://h/x?password=a&${secret}`, /^--from has a parameter that is no key=value/],
    [`postgres://h/x?password=a&${secret}=b`, /^--from has a parameter that libpq does not know: '…'/],
    [`postgres://h/x?passwrd=${secret}`, /libpq does not know: 'passwrd'\nHINT: /],
    [`host=h password='${secret}`, /^--from is no list of key=value\nHINT: /],
    [`host=h password=a ${secret}`, /^--from is no list of key=value/],
    [`postgres://h:80x${secret}/x`, /^--from has a host that is none\nHINT: /],
    [
      `host=h sslpassword=${secret}`,
      /^--from has 'sslpassword', which everybody could read .*\nHINT: Put it into a service/,
    ],
  ];
  for (const [text, expected] of refused) {
    test(`refused without a word of it: ${text}`, () => {
      assert.throws(
        () => readSourceUrl(text, {}),
        (error: Error) => {
          assert.match(error.message, expected);
          assert.ok(!error.message.includes(secret), error.message);
          return true;
        },
      );
    });
  }

  test('a password is in the environment of a program, and in neither its arguments nor a message', () => {
    for (const from of [
      `postgres://me:${secret}@h/x`,
      `postgres://me@h/x?password=${secret}`,
      `host=h user=me dbname=x password='${secret}'`,
    ]) {
      const source = readSourceUrl(from, { PGPASSWORD: 'another' });
      assert.equal(source.environment['PGPASSWORD'], secret);
      assert.ok(![source.conninfo, source.shown].join().includes(secret));
      assert.equal(source.shown, 'host=h user=me dbname=x');
    }
  });

  test('files are named from where the command was called', () => {
    const source = readSourceUrl('host=h sslrootcert=ca.pem', {
      PGSERVICEFILE: 'services.conf',
      PGSSLROOTCERT: 'system',
    });
    assert.equal(source.conninfo, `host='h' sslrootcert='${path.resolve('ca.pem')}'`);
    assert.equal(source.environment['PGSERVICEFILE'], path.resolve('services.conf'));
    assert.equal(source.environment['PGSSLROOTCERT'], 'system');
  });
});
