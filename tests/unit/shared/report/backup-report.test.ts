import assert from 'node:assert/strict';
import fc from 'fast-check';
import { backupReport, formatBytes } from '../../../../shared/report/backup/backup-report.ts';
import { verdictHeadline } from '../../../../shared/report/backup/verdict-headline.ts';
import { escapeHtml } from '../../../../shared/report/html.ts';
import { evidenceWith } from '../../../support/evidence-sample.ts';
import { historyWith } from './history-sample.ts';

const timeZone = 'America/New_York';
const history = historyWith(90);
const plain = evidenceWith((place) => place);
/** Places of the evidence that the page does not show. */
const hidden = new Set(['execution', 'request', 'clean-up state', 'proof']);

test('only what is exact or bounded is headed as proven', () => {
  const heading = (verdict: typeof plain.verdict) => verdictHeadline({ ...plain, verdict }).markup;
  for (const verdict of ['exact', 'bounded'] as const) assert.match(heading(verdict), /good"><strong>PROVEN<\/strong>/);
  for (const verdict of ['failed', 'unbracketed'] as const)
    assert.match(heading(verdict), /bad"><strong>NOT PROVEN<\/strong>/);
});

describe('the report', () => {
  test('shows each text of the evidence, escaped', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.constantFrom('<img src=x onerror=alert(1)>', '"><b>', "'&amp;", '</style>'),
        (noise, attack) => {
          const places: string[] = [];
          const textOf = (place: string) => `${place}${attack}${noise}`;
          const markup = backupReport(
            evidenceWith((place) => {
              places.push(place);
              return textOf(place);
            }),
            timeZone,
            [],
          );
          for (const place of places) {
            assert.ok(!markup.includes(`${place}${attack}`), `'${place}' is not escaped`);
            if (!hidden.has(place)) assert.ok(markup.includes(escapeHtml(textOf(place))), `'${place}' is not shown`);
          }
          assert.doesNotMatch(markup, /<img|<b>|onerror=alert\(1\)>/);
        },
      ),
    );
  });

  test('has the same tags whatever the texts are', () => {
    const every = (markup: string) => markup.match(/<\/?[a-z!][^>]*>/g) ?? [];
    // A picture has room for the texts in it: its tags keep their kinds, and lie elsewhere.
    const kindsOf = (picture: string) => {
      const attributes = every(picture).flatMap((tag) => tag.match(/ [a-z:-]+(?==")/g) ?? []);
      const names = every(picture).map((tag) => /^<\/?[a-z!]+/.exec(tag)?.[0] ?? tag);
      return [...new Set([...names, ...attributes])].filter((kind) => kind !== ' xml:space').sort();
    };
    const pictures = /<svg[\s\S]*?<\/svg>/g;
    const tagsOf = (markup: string) => [
      ...every(markup.replace(pictures, '<svg>')),
      ...(markup.match(pictures) ?? []).map(kindsOf),
    ];
    const expected = tagsOf(backupReport(plain, timeZone, []));
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (text) => {
        assert.deepEqual(
          tagsOf(
            backupReport(
              evidenceWith(() => text),
              timeZone,
              [],
            ),
          ),
          expected,
        );
      }),
    );
  });

  test('has no script and loads nothing', () => {
    const markup = backupReport(plain, timeZone, history);
    assert.doesNotMatch(markup, /<(script|link|img|iframe|object|embed|base|form|meta http-equiv)\b/i);
    assert.doesNotMatch(markup, /\b(src|href|srcset|action|on[a-z]+)\s*=|url\(|@import|javascript:/i);
  });

  test('reports its times in UTC and in the zone of the platform', () => {
    assert.match(
      backupReport(plain, timeZone, history),
      /2026-03-01 08:30:00 UTC \(1 Mar 2026, 03:30:00 America\/New_York\)/,
    );
  });

  test('reports what the run was to cost beside what it cost by its hours', () => {
    const reported = ({ cost }: Pick<typeof plain, 'cost'>) =>
      backupReport({ ...plain, cost }, timeZone, []).replaceAll(/<[^>]*>/g, ' ');
    assert.match(reported(plain), /Cost, predicted\s+unknown, no price for unpriced/);
    assert.match(reported(plain), /Cost, by its hours\s+1\.25 USD \(copy for 0\.50 h\)/);
    assert.ok(plain.cost);
    assert.match(reported({ cost: { ...plain.cost, actual: null } }), /Cost, by its hours\s+no copy was made/);
    assert.doesNotMatch(reported({ cost: null }), /Cost,/);
  });

  test('reports the chain of evidence whose record binds it', () => {
    const chainOf = (database: string | null) =>
      /bound by a record of the chain of evidence, under <code>([^<]*)<\/code>/.exec(
        backupReport({ ...plain, database }, timeZone, history),
      )?.[1];
    assert.deepEqual(['fantasy', null].map(chainOf), ['evidence-chain/fantasy/', 'evidence-chain/_unplanned/']);
  });

  test('draws the phases, and size, duration and unverifiable rows of the newest runs', () => {
    const pictures = (records: typeof history) =>
      backupReport(plain, timeZone, records).match(/<svg[^>]*aria-label="[^"]*"/g) ?? [];
    const labels = pictures(history).map((picture) => /aria-label="([^"]*)"/.exec(picture)?.[1]);
    assert.deepEqual(
      [...new Set(labels)],
      ['Time since the first phase began', 'Size of the source', 'Duration', 'Unverifiable rows'],
    );
    assert.equal(labels.length, 8, 'each is drawn for a screen and for a phone');
    assert.equal(pictures([]).length, 2);
    assert.match(backupReport(plain, timeZone, history), /The newest 90 runs/);
    assert.match(backupReport(plain, timeZone, history.slice(0, 1)), /This is the first run/);
  });

  test('names the days of its history in the zone of the platform', () => {
    const [record] = history;
    assert.ok(record);
    const night = { ...record, recordedAt: '2026-01-02T03:00:00.000Z' };
    const markup = backupReport(plain, timeZone, [night]);
    assert.ok(markup.includes('>2026-01-01<'));
    assert.ok(!markup.includes('>2026-01-02<'));
  });

  test('folds the tables of a large database and says how many more there are, the failed ones first', () => {
    const [table] = plain.tables;
    assert.ok(table);
    const tables = Array.from({ length: 10_000 }, (_, index) => ({
      ...table,
      table: `public.t${index}`,
      status: index === 9_999 ? ('failed' as const) : ('proven' as const),
    }));
    const markup = backupReport({ ...plain, tables }, timeZone, history);
    assert.equal(markup.match(/<code>public\.t\d+<\/code>/g)?.length, 500);
    assert.equal(/<code>(public\.t\d+)<\/code>/.exec(markup)?.[1], 'public.t9999');
    assert.match(markup, /and 9500 more in the evidence/);
    assert.ok(markup.length < 300_000);
  });

  test('folds the findings of a rung and says how many more there are', () => {
    const [rung] = plain.rungs;
    const [finding] = rung?.findings ?? [];
    assert.ok(rung && finding);
    const findings = Array.from({ length: 1000 }, (_, index) => ({ ...finding, object: `index ${index}` }));
    const markup = backupReport({ ...plain, rungs: [{ ...rung, findings }] }, timeZone, history);
    assert.equal(markup.match(/<code>index \d+<\/code>/g)?.length, 50);
    assert.match(markup, /1000 findings[\s\S]*and 950 more in the evidence/);
  });

  test('is made of a run that knew nothing yet', () => {
    const unknown = {
      ...plain,
      database: null,
      source: null,
      snapshot: null,
      rungs: [],
      tables: [],
      phases: [],
      failure: null,
      cleanUpFailure: null,
      cost: null,
    };
    const markup = backupReport(unknown, timeZone, history);
    assert.match(markup, /Backup of unknown database/);
    assert.doesNotMatch(markup, /undefined|null|NaN|\[object/);
  });
});

test('says PROVEN first, and then what was not', () => {
  const [rung] = plain.rungs;
  assert.ok(rung);
  const gap = { object: 'stats.live_scores', status: 'gap' as const, problem: 'is unlogged' };
  const bounded = { ...plain, failure: null, verdict: 'bounded' as const, rungs: [{ ...rung, findings: [gap] }] };
  const text = (evidence: typeof plain) => backupReport(evidence, timeZone, []);
  assert.match(text(bounded), /<div class="verdict good"><strong>PROVEN<\/strong> bounded<br>/);
  assert.match(
    text(bounded),
    /<p class="warn">Not proven:<\/p><ul><li class="warn"><code>stats\.live_scores<\/code> is/,
  );
  assert.match(text({ ...plain, verdict: 'unbracketed' }), /<div class="verdict bad"><strong>NOT PROVEN<\/strong>/);
});

test('says of each number of rows which it is', () => {
  const [table] = plain.tables;
  assert.ok(table && plain.source);
  const tables = [
    { ...table, rows: '1000000' },
    { ...table, rows: '234999' },
  ];
  const markup = backupReport({ ...plain, tables }, timeZone, []).replaceAll('\u202f', ' ');
  assert.match(
    markup,
    /Source at S1<\/th><td>1 234 567 rows and pages of large objects in 1 tables, 117\.7 MB of rows without indexes/,
  );
  assert.match(markup, /Copy<\/th><td>1 234 999 rows compared/);
});

test('sizes are reported in the unit that fits', () => {
  const reported = [0, 1023, 1024, 1_048_576, 128 * 1024 ** 2, 5 * 1024 ** 4, 5000 * 1024 ** 4].map(formatBytes);
  assert.deepEqual(reported, ['0 B', '1023 B', '1.0 kB', '1.0 MB', '128.0 MB', '5.0 TB', '5000.0 TB']);
});
