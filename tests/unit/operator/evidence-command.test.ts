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

  /** A chain of one run, with what it bound. */
  const boundRun = (change: Partial<ReturnType<typeof runOf>> = {}) => {
    const at = 'backup-and-verify/fantasy/run-1';
    const witness = { key: `${at}/witness-1.json.gz`, text: 'the witness' };
    const rungs = { key: `${at}/rungs/verify-schema.1.json`, text: 'the rungs' };
    const page = { key: `${at}/report.html`, text: 'the page' };
    const digestOf = ({ key, text }: { key: string; text: string }) => ({ key, sha256: sha256(text) });
    const made = runOf('fantasy', 1);
    const execution = { ...made.execution, arn: 'arn:aws:states:us-east-1:123456789012:execution:backup-and-verify:1' };
    const proof = made.proof && { ...made.proof, region: 'us-east-1' };
    const run = { ...made, execution, proof, objects: [witness, rungs].map(digestOf), ...change };
    const stored = { key: `${at}/evidence.json`, text: JSON.stringify(run) };
    const link = {
      database: 'fantasy',
      sequence: 1,
      previous: null,
      evidence: digestOf(stored),
      report: digestOf(page),
    };
    const record = { key: chainKey('fantasy', 1), text: chainRecordText(link, run, sha256) };
    return { witness, rungs, page, stored, record };
  };

  test('holds what the runs stored on their way against their evidence, and their pages against the records', async () => {
    const { witness, rungs, page, stored, record } = boundRun();
    const objects = [witness, rungs, page];
    const sound = await verify(folderOf([record], [stored], objects));
    assert.equal(sound.code, 0, sound.text);
    assert.match(sound.text, /ok +3 of 3 objects that evidence binds are here and as they were stored/);
    for (const one of objects) {
      const others = objects.filter((other) => other !== one);
      const changed = await verify(folderOf([record], [stored], others, [{ ...one, text: 'another' }]));
      assert.equal(changed.code, 1, one.key);
      assert.match(changed.text, new RegExp(`BROKEN +'${one.key}' was changed: its SHA-256 is`));
    }
  });

  test('names rungs and a page that are gone, and counts what may be', async () => {
    const { witness, rungs, page, stored, record } = boundRun();
    const gone = await verify(folderOf([record], [stored], [witness]));
    assert.equal(gone.code, 1);
    for (const { key } of [rungs, page])
      assert.match(gone.text, new RegExp(`BROKEN +'${key}' is missing, and '.*' binds it`));
    const old = await verify(folderOf([record], [stored], [rungs, page]));
    assert.equal(old.code, 0, old.text);
    assert.match(old.text, /absent +1 witnesses, or rungs of another region, the first is '.*witness-1\.json\.gz'/);
    const { proof } = runOf('fantasy', 1);
    const elsewhere = boundRun({ proof: proof && { ...proof, region: 'us-west-2' } });
    const { code, text } = await verify(folderOf([elsewhere.record], [elsewhere.stored], [elsewhere.page]));
    assert.deepEqual([code, /absent +2/.test(text)], [0, true], text);
  });

  test('refuses evidence that no record binds with 1, but not that of a run that was refused', async () => {
    const stray = (number: number, change: object) => ({
      key: `backup-and-verify/fantasy/stray-${number}/evidence.json`,
      text: JSON.stringify({ ...runOf('fantasy', 9), ...change }),
    });
    const failure = { state: 'PlanRun', error: 'BackupAlreadyRunningError', cause: 'another one runs' };
    const nothing = { failure, source: null, tables: [], objects: [], verdict: 'failed' };
    const refused = await verify(folderOf(chain.records, chain.evidence, [stray(1, nothing)]));
    assert.equal(refused.code, 0, refused.text);
    assert.match(refused.text, /ok +1 runs were refused beside another one/);
    const other = { ...failure, error: 'InstanceNotFoundError' };
    for (const change of [
      {},
      { failure },
      { ...nothing, failure: other },
      { ...nothing, tables: runOf('f', 1).tables },
    ]) {
      const { code, text } = await verify(folderOf(chain.records, chain.evidence, [stray(2, change)]));
      assert.equal(code, 1, text);
      assert.match(text, /BROKEN +'.*stray-2\/evidence\.json' is evidence that no record of a chain binds/);
    }
  });

  test('refuses a chain that is gone with 1, whether others are there or not', async () => {
    const other = makeChain('own', 2);
    for (const rest of [[chain.records, chain.evidence], []]) {
      const { code, text } = await verify(folderOf(other.evidence, ...rest));
      assert.equal(code, 1, text);
      assert.match(text, /BROKEN +'evidence-chain\/own\/' is gone: there is evidence of 2 runs and no chain/);
    }
  });

  test('refuses a database that is gone with chain and evidence by the nights that name it, with 1', async () => {
    const night = (evidenceKey: string, verdict: string) => ({
      key: 'nightly-backup/night-1/record.json',
      text: JSON.stringify({
        schemaVersion: 1,
        workflow: 'nightly-backup',
        execution: {
          name: 'night-1',
          arn: 'arn',
          startedAt: '2026-03-01T08:30:00Z',
          recordedAt: '2026-03-01T09:30:00Z',
        },
        stage: 'dev',
        isProven: true,
        summary: 'a night',
        databases: [
          {
            database: 'x',
            executionName: 'run-1',
            isProven: true,
            isHeld: false,
            verdict,
            reason: '',
            seconds: 1,
            evidenceKey,
          },
        ],
        failure: null,
      }),
    });
    const [first] = chain.evidence;
    const all = [chain.records, chain.evidence];
    assert.equal((await verify(folderOf(...all, [night(first?.key ?? '', 'exact')]))).code, 0);
    const gone = await verify(folderOf(...all, [night('backup-and-verify/own/run-1/evidence.json', 'exact')]));
    assert.equal(gone.code, 1);
    assert.match(gone.text, /BROKEN +'backup-and-verify\/own\/run-1\/evidence\.json' is missing, and the night/);
    const other = await verify(folderOf(...all, [night(first?.key ?? '', 'bounded')]));
    assert.equal(other.code, 1);
    assert.match(
      other.text,
      /BROKEN +'nightly-backup\/night-1\/record\.json' reports 'bounded' of .*, which reports 'exact'/,
    );
  });

  test('refuses moments that run backwards with 1, and takes runs that ended at the same time', async () => {
    const folderAt = (...moments: [recordedAt: string, chainedAfter: number | null][]) => {
      const files: { key: string; text: string }[] = [];
      let previous = null as { key: string; sha256: string } | null;
      for (const [index, [recordedAt, chainedAfter]] of moments.entries()) {
        const made = runOf('fantasy', index);
        const run = { ...made, execution: { ...made.execution, recordedAt: `2026-03-${recordedAt}Z` }, chainedAfter };
        const stored = { key: `backup-and-verify/fantasy/run-${index}/evidence.json`, text: JSON.stringify(run) };
        const evidence = { key: stored.key, sha256: sha256(stored.text) };
        const record = {
          key: chainKey('fantasy', index + 1),
          text: chainRecordText({ database: 'fantasy', sequence: index + 1, previous, evidence }, run, sha256),
        };
        previous = { key: record.key, sha256: sha256(record.text) };
        files.push(stored, record);
      }
      return folderOf(files);
    };
    const forwards = await verify(folderAt(['02T09:00:00', 0], ['03T09:00:00', 1], ['03T08:59:00', 1]));
    assert.equal(forwards.code, 0, forwards.text);
    for (const chainedAfter of [1, null]) {
      const { code, text } = await verify(folderAt(['03T09:00:00', 0], ['02T09:00:00', chainedAfter]));
      assert.equal(code, 1, text);
      assert.match(text, /BROKEN +'.*000000002\.json' was recorded at .*, before record 1, .*: a clock went backwards/);
    }
    const { code, text } = await verify(folderAt(['01T08:29:00', 0]));
    assert.equal(code, 1, text);
    assert.match(text, /before its run was started at .*: a clock went backwards/);
  });

  test('ends with 1 when the chain is broken behind the record of --head', async () => {
    const records = chain.records.map((one, index) => (index === 3 ? { ...one, text: `${one.text} ` } : one));
    const older = sha256(chain.records[1]?.text ?? '');
    const { code, text } = await run('verify', folderOf(records, chain.evidence), '--head', older);
    assert.equal(code, 1);
    assert.match(text, new RegExp(`ok +${older} is record 2 of 'fantasy'`));
  });

  test('refuses evidence of another database in a chain with 1', async () => {
    const stray = makeChain('own', 1);
    const evidence = { key: stray.evidence[0]?.key ?? '', sha256: sha256(stray.evidence[0]?.text ?? '') };
    const link = { database: 'fantasy', sequence: 1, previous: null, evidence };
    const record = { key: chainKey('fantasy', 1), text: chainRecordText(link, runOf('own', 1), sha256) };
    const { code, text } = await verify(folderOf([record], stray.evidence, stray.records));
    assert.equal(code, 1);
    assert.match(text, /'evidence-chain\/fantasy\/000000001\.json' binds '.*', which is of database 'own'/);
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

  test('refuses a broken chain also where the record that is asked for is among those that hold', async () => {
    const records = chain.records.map(({ key, text }, index) => ({
      key,
      text: index < 2 ? text : text.replace('exact', 'bounded'),
    }));
    const first = sha256(records[0]?.text ?? '');
    const { code, text } = await run('verify', folderOf(records, chain.evidence), '--head', first);
    assert.match(text, new RegExp(`ok +${first} is record 1 of 'fantasy'`));
    assert.match(text, /BROKEN +'fantasy': 2 records hold/);
    assert.equal(code, 1);
  });

  test('finds that the newest record is missing with its evidence when it is reported its SHA-256, and only then', async () => {
    const folder = folderOf(chain.records.slice(0, -1), chain.evidence.slice(0, -1));
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
      [['verify', empty], /has neither a folder 'evidence-chain' nor evidence\nHINT: /],
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
