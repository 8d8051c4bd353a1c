import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { transform } from 'esbuild';
import { parse } from 'yaml';
import { allMistakes, areaNames } from '../../mistakes/all-mistakes.ts';
import { choose } from '../../mistakes/choose.ts';
import { type Mistake, putIn } from '../../mistakes/mistake.ts';
import { RedBeforeError, tryMistakes } from '../../mistakes/try-mistakes.ts';
import { root, textOf } from '../files.ts';

/** Throws where a program or YAML could not even be read with the mistake: any test would notice that. */
async function mustBeReadable(file: string, text: string): Promise<void> {
  if (/\.yml$/.test(file)) parse(text);
  else await transform(text, { loader: file.endsWith('ts') ? 'ts' : 'js', logLevel: 'silent' });
}

async function faultsOf(mistake: Mistake, read: (file: string) => string = textOf): Promise<string[]> {
  const { name, file, tests } = mistake;
  const faults = tests.filter((test) => !existsSync(path.join(root, test))).map((test) => `${name}: no test ${test}`);
  if (tests.length === 0) faults.push(`${name}: no test is meant to notice it`);
  try {
    await mustBeReadable(file, putIn(read(file), mistake));
  } catch (error) {
    faults.push(`${name}: ${error}`);
  }
  return faults;
}

describe('deliberate mistakes', () => {
  test('are many, in every area, each with a name of its own', () => {
    assert.ok(allMistakes.length >= 120);
    for (const area of areaNames) assert.ok(allMistakes.filter((one) => one.area === area).length >= 8, area);
    assert.equal(new Set(allMistakes.map(({ area, name }) => `${area} ${name}`)).size, allMistakes.length);
  });

  test('have among them all that once passed everything', () => {
    const names = new Set(allMistakes.map(({ name }) => name));
    for (const name of [
      'TLS is not verified',
      'a copy is publicly accessible',
      'a copy is restored without its security group',
      'the bucket of evidence may become public',
      'the secrets of every stage can be read',
      '`verify --head` is green on a broken chain',
      'an expiry "6" is read as 2001',
      'a heartbeat session is left by its function',
      'no lock_timeout',
      'TOAST is not checked',
      'automated backups of copies are kept',
      "the second attempt's longer margin is unused",
      'the restorable moment is of another instance',
      'an alarm watches another machine',
      'quotes are not escaped in HTML',
      'only the first page of snapshots is read',
      'the choice after a failed clean-up takes another attempt',
      "the beat at S2's edge counts as inside",
    ])
      assert.ok(names.has(name), name);
  });

  test('have each their place in the sources, readable with the mistake in it, and tests that are there', async () => {
    const faults = await Promise.all(allMistakes.map((mistake) => faultsOf(mistake)));
    assert.deepEqual(faults.flat(), []);
  });

  const sample: Mistake = {
    ...{ area: 'domain', name: 'sample', file: 'shared/domain/backup/left-copy.ts' },
    ...{ tests: ['tests/unit/shared/domain/backup/left-copy.test.ts'], find: 'LEFT BEHIND', replace: 'REMOVED' },
  };

  test('whose text is gone or stands elsewhere, too, or that cannot be read, are reported', async () => {
    const fault = async (change: Partial<Mistake>, text = textOf(sample.file)) =>
      (await faultsOf({ ...sample, ...change }, () => text)).join();
    assert.equal(await fault({}), '');
    assert.match(await fault({}, 'no such text'), /'LEFT BEHIND' is 0 times .* expected once/);
    assert.match(await fault({}, 'LEFT BEHIND LEFT BEHIND'), /is 2 times/);
    assert.match(await fault({ replace: 'LEFT BEHIND' }), /is replaced by itself/);
    assert.match(await fault({ find: 'return summary;', replace: 'return (;' }), /sample: /);
    assert.match(await fault({ tests: ['tests/unit/none.test.ts'] }), /no test tests\/unit\/none/);
    assert.match(await fault({ tests: [] }), /no test is meant/);
  });

  test('are put in at the place that is meant', () => {
    assert.equal(putIn('a b a b a', { ...sample, find: 'a', replace: 'c', nth: 2, of: 3 }), 'a b c b a');
    assert.throws(() => putIn('a b a', { ...sample, find: 'a', replace: 'c', nth: 1, of: 3 }), /expected 3 times/);
  });

  test('are drawn for a sample: the same for the same seed', () => {
    const drawn = (seed: number) => choose(allMistakes, { sample: 10, seed }).map(({ name }) => name);
    assert.equal(drawn(1).length, 10);
    assert.deepEqual(drawn(1), drawn(1));
    assert.notDeepEqual(drawn(1), drawn(2));
    const asl = choose(allMistakes, { area: 'asl', only: 'attempt' });
    assert.ok(asl.length > 0 && asl.every(({ area, name }) => area === 'asl' && name.includes('attempt')));
  });

  describe('put into a copy of the tree', () => {
    let place: string;
    beforeAll(() => {
      place = mkdtempSync(path.join(tmpdir(), 'put-in-'));
    });
    afterAll(() => rmSync(place, { recursive: true }));
    const trying = (mistakes: readonly Mistake[], signal = new AbortController().signal) =>
      tryMistakes(mistakes, { place, atOnce: 1, signal, say: () => {} });

    test('are noticed, and one that nobody can notice is reported; nothing is left behind', async () => {
      const harmless = { ...sample, name: 'harmless', find: '/**\n', replace: '/**\n * Said otherwise.\n' };
      const known = ['an expiry "6" is read as 2001', 'quotes are not escaped in HTML'];
      const real = allMistakes.filter(({ name }) => known.includes(name));
      const gone = { ...sample, name: 'gone', find: 'no such text' };
      const unloadable = { ...sample, name: 'unloadable', find: 'export function', replace: 'function' };
      const results = await trying([...real, harmless, gone, unloadable]);
      assert.deepEqual(
        results.map(({ mistake, kind }) => [mistake.name, kind]),
        [
          ...known.map((name) => [name, 'killed']),
          ['harmless', 'survived'],
          ['gone', 'spoilt'],
          ['unloadable', 'spoilt'],
        ],
      );
      assert.deepEqual(readdirSync(place), []);
    });

    test('are not even tried where tests are red without them', async () => {
      const red = { ...sample, names: 'a name that no test has' };
      await assert.rejects(trying([red]), RedBeforeError);
      assert.deepEqual(readdirSync(place), []);
    });

    test('leave nothing behind when somebody interrupts', async () => {
      const stop = new AbortController();
      const ending = assert.rejects(trying([sample], stop.signal), /enough/);
      stop.abort(new Error('enough'));
      await ending;
      assert.deepEqual(readdirSync(place), []);
    });
  });
});
