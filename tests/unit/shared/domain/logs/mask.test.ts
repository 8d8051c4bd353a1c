import assert from 'node:assert/strict';
import fc from 'fast-check';
import { masked, maskLog } from '../../../../../shared/domain/logs/mask.ts';
import { samples } from './samples.ts';

describe('the mask of logs', () => {
  test('has twenty samples and more, of each kind', () => assert.ok(samples.length >= 20));

  for (const [line, ...secrets] of samples) {
    test(`lets nothing pass of: ${line.slice(0, 60)}`, () => {
      const shown = maskLog(line);
      for (const secret of secrets) {
        assert.ok(line.includes(secret) || secret.includes("'"), `the sample has no '${secret}'`);
        assert.ok(!shown.includes(secret), shown);
      }
      assert.ok(shown.includes(masked));
    });
  }

  test('leaves what is no value: relation, constraint, times and durations', () => {
    for (const line of [
      'ERROR:  duplicate key value violates unique constraint "users_email_key"',
      'LOG:  automatic vacuum of table "app.public.orders": index scans: 1',
      '2026-11-29 06:00:01 UTC LOG:  checkpoint complete: wrote 44 buffers (0.3%)',
      'ERROR:  relation "orders" does not exist at character 15',
      'LOG:  duration: 5012.345 ms  execute <unnamed>: select count(*) from orders where id = $1',
      'ERROR:  canceling autovacuum task\nCONTEXT:  automatic vacuum of table "app.public.t"',
    ])
      assert.equal(maskLog(line), line);
    assert.match(maskLog(samples[2]?.[0] ?? ''), /"users_email_key"\nDETAIL: {2}Key \(email\)=\(…\) already exists/);
  });

  /** Printable, long enough not to be part of the words around it. */
  const secret = fc
    .string({ minLength: 6, maxLength: 40, unit: fc.constantFrom(...'abcXYZ0189 -_.,:;!?#%&/()=+*<>@"\\\'$') })
    .filter((text) => text.trim().length >= 6 && !/^[\s\W]+$/.test(text));
  const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`;
  const escaped = (text: string) => `E'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
  const places: readonly (readonly [string, (text: string) => string])[] = [
    ['a literal of a statement', (text) => `STATEMENT:  select f(${quoted(text)}, 1) from t`],
    ['an escaped literal', (text) => `STATEMENT:  select f(${escaped(text)}, 1) from t`],
    ['a dollar-quoted literal', (text) => `STATEMENT:  select $q1$${text.replaceAll('$', '')}$q1$ from t`],
    ['a bind parameter', (text) => `DETAIL:  parameters: $1 = '1', $2 = ${quoted(text)}`],
    ['a row that failed', (text) => `DETAIL:  Failing row contains (1, ${text}, null).`],
    ['a line of COPY', (text) => `CONTEXT:  COPY t, line 3: "1\t${text}"`],
    ['input that could not be read', (text) => `ERROR:  invalid input syntax for type uuid: "${text}"`],
    ['a literal that the log has truncated', (text) => `STATEMENT:  select ${quoted(text).slice(0, -1)}`],
    [
      'a password of a connection',
      (text) => `FATAL:  bad option password=${text.replace(/[\s,;)}\]"']/g, 'x')} user=app`,
    ],
    ['a connection string', (text) => `FATAL:  cannot reach postgres://app:${encodeURIComponent(text)}@db/app`],
  ];
  for (const [where, place] of places) {
    test(`lets no secret pass as ${where}, and a second pass changes nothing`, () => {
      fc.assert(
        fc.property(secret, (text) => {
          const line = place(text);
          const shown = maskLog(line);
          const kept = where.startsWith('a dollar') ? text.replaceAll('$', '') : text;
          // Parts of it of six characters: none of them is left, wherever the value is cut.
          for (let at = 0; at + 6 <= kept.length; at += 1) {
            const part = kept.slice(at, at + 6);
            if (/[\w]{3}/.test(part) && !place('').includes(part))
              assert.ok(!shown.includes(part), `${line} → ${shown}`);
          }
          assert.equal(maskLog(shown), shown);
        }),
        { numRuns: 300, examples: [["''aaaaaa"]] },
      );
    });
  }
});
