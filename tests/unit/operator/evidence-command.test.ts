import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { carryOut } from '../../../operator/command.ts';
import { evidence } from '../../../operator/evidence/evidence.ts';
import { chainKey, chainRecordText } from '../../../shared/domain/evidence/chain.ts';
import { makeChain, runOf, sha256 } from '../../support/evidence-chain.ts';

describe('npm run evidence -- verify', () => {
  let place: string;
  beforeAll(() => {
    place = mkdtempSync(path.join(tmpdir(), 'evidence-'));
  });
  afterAll(() => rmSync(place, { recursive: true }));

  const chain = makeChain('fantasy', 4);
  const head = sha256(chain.records.at(-1)?.text ?? '');
  const run = async (...args: string[]) => {
    const lines: string[] = [];
    const note = (line: string) => void lines.push(line);
    const code = await carryOut(evidence, args, { line: note, error: note });
    return { code, text: lines.join('\n') };
  };
  const verify = (folder: string) => run('verify', folder);
  let folders = 0;
  /** A folder as it is downloaded. */
  const folderOf = (...files: (readonly { key: string; text: string }[])[]) => {
    folders += 1;
    const folder = path.join(place, String(folders));
    mkdirSync(folder);
    for (const { key, text } of files.flat()) {
      mkdirSync(path.join(folder, path.dirname(key)), { recursive: true });
      writeFileSync(path.join(folder, key), text);
    }
    return folder;
  };

  test('accepts sound chains with 0, and reports the newest record of each', async () => {
    const other = makeChain('own', 2);
    const folder = folderOf(chain.records, chain.evidence, other.records, other.evidence);
    const { code, text } = await run('verify', folder, '--head', head);
    assert.equal(code, 0, text);
    assert.match(text, new RegExp(`ok +'fantasy': 4 records, the newest has SHA-256 ${head}`));
    assert.match(text, /ok +'own': 2 records/);
    assert.match(text, new RegExp(`${head} is record 4 of 'fantasy'`));
  });

  test('holds what the runs stored on their way against their evidence', async () => {
    const witness = { key: 'backup-and-verify/fantasy/run-1/witness-1.json.gz', text: 'the witness' };
    const bound = [
      { key: witness.key, sha256: sha256(witness.text) },
      { key: 'backup-and-verify/fantasy/run-1/rungs/verify-schema.1.json', sha256: sha256('in another region') },
    ];
    const run = { ...runOf('fantasy', 1), objects: bound };
    const key = 'backup-and-verify/fantasy/run-1/evidence.json';
    const stored = { key, text: JSON.stringify(run) };
    const link = { database: 'fantasy', sequence: 1, previous: null, evidence: { key, sha256: sha256(stored.text) } };
    const record = { key: chainKey('fantasy', 1), text: chainRecordText(link, run, sha256) };
    const sound = await verify(folderOf([record], [stored], [witness]));
    assert.equal(sound.code, 0, sound.text);
    assert.match(sound.text, /ok +1 of 2 objects that evidence binds are here and as they were stored/);
    const changed = await verify(folderOf([record], [stored], [{ ...witness, text: 'another' }]));
    assert.equal(changed.code, 1);
    assert.match(
      changed.text,
      /BROKEN +'backup-and-verify\/fantasy\/run-1\/witness-1\.json\.gz' was changed: its SHA-256/,
    );
  });

  test('refuses a changed one with 1, and names the first link', async () => {
    const records = chain.records.map(({ key, text }, index) => ({
      key,
      text: index < 2 ? text : text.replace('exact', 'bounded'),
    }));
    const { code, text } = await run('verify', folderOf(records, chain.evidence));
    assert.equal(code, 1);
    assert.match(
      text,
      /BROKEN +'fantasy': 2 records hold, then 'evidence-chain\/fantasy\/000000003\.json' was changed/,
    );
  });

  test('finds that the newest record is missing when it is reported its SHA-256, and only then', async () => {
    const folder = folderOf(chain.records.slice(0, -1), chain.evidence);
    assert.equal((await run('verify', folder)).code, 0);
    const { code, text } = await run('verify', folder, '--head', head);
    assert.equal(code, 1);
    assert.match(text, new RegExp(`BROKEN +no intact record has SHA-256 ${head}`));
  });

  test('accepts the SHA-256 of an older record: the chain has grown since', async () => {
    const older = sha256(chain.records[1]?.text ?? '');
    assert.equal(
      (await run('verify', folderOf(chain.records, chain.evidence), '--head', older, '--head', head)).code,
      0,
    );
  });

  test('refuses what it cannot carry out with 2 and says what to do', async () => {
    const empty = folderOf([{ key: 'backup-and-verify/a.txt', text: '' }]);
    const cases: [string[], RegExp][] = [
      [[], /^npm run evidence -- verify <folder>/],
      [['check', empty], /'check' is no command of .*\nHINT: /],
      [['verify', path.join(place, 'none')], /does not exist\nHINT: aws s3 sync /],
      [['verify', empty], /has no folder 'evidence-chain'\nHINT: /],
      [['verify', empty, '--head', 'abc'], /--head is 'abc', expected a SHA-256/],
      [['verify', empty, '--tail'], /'--tail'[\s\S]*HINT: /],
    ];
    for (const [args, reported] of cases) {
      const { code, text } = await run(...args);
      assert.equal(code, 2, text);
      assert.match(text, reported);
    }
  });

  test('shows how it is used', async () => {
    const { code, text } = await run('--help');
    assert.equal(code, 0);
    assert.match(text, /verify <folder> \[--head <sha256>\][\s\S]*Exit code 0/);
  });
});
