import assert from 'node:assert/strict';
import type { RestoreTestEvidence } from '../../../../../shared/contracts/restore-test.ts';
import { chainOf, restoreTestChain } from '../../../../../shared/domain/evidence/any-evidence.ts';
import { chainKey, chainRecordText, checkChain } from '../../../../../shared/domain/evidence/chain.ts';
import { checkCompleteness } from '../../../../../shared/domain/evidence/completeness.ts';
import { checkObjects } from '../../../../../shared/domain/evidence/evidence-objects.ts';
import { fileOf, makeChain, sha256 } from '../../../../support/evidence-chain.ts';
import { restoreTestEvidence, triedPath } from '../restore/restore-test-sample.ts';

const chain = restoreTestChain('fantasy');
const key = 'restore-test/fantasy/run-1/evidence.json';
const rungs = fileOf('restore-test/fantasy/run-1/snapshot/rungs/verify-schema.1.json', 'the rungs');

/** A chain of one restore test, whose evidence binds the rungs of a path. */
function made(changes: Partial<RestoreTestEvidence> = {}) {
  const path = triedPath('snapshot', { objects: [{ key: rungs.key, sha256: rungs.sha256 }] });
  const evidence = restoreTestEvidence({ tried: [path], ...changes });
  const file = fileOf(key, JSON.stringify(evidence));
  const link = { database: chain, sequence: 1, previous: null, evidence: { key, sha256: file.sha256 } };
  return { file, record: fileOf(chainKey(chain, 1), chainRecordText(link, evidence, sha256)) };
}
const check = (record: ReturnType<typeof fileOf>, file: ReturnType<typeof fileOf>) =>
  checkChain(chain, [record], new Map([[file.key, file]]), sha256);

describe('the chain of restore tests', () => {
  test('stands beside that of the backups of its database, under a name that no database has', () => {
    assert.equal(chain, 'fantasy--restore-test');
    assert.equal(chainOf(restoreTestEvidence()), chain);
    assert.equal(chainOf(restoreTestEvidence({ database: null })), '_unplanned--restore-test');
  });

  test('holds as it was stored, and not with another evidence, verdict or database', () => {
    const { record, file } = made();
    assert.deepEqual([check(record, file).intact, check(record, file).broken], [1, undefined]);
    const changed = fileOf(key, (file.text ?? '').replace('1 of 1', '2 of 2'));
    assert.match(check(record, changed).broken?.problem ?? '', /which was changed/);
    const other = made({ database: 'own' });
    assert.match(check(other.record, other.file).broken?.problem ?? '', /is of database 'own--restore-test'$/);
    const nothing = fileOf(key, '{}');
    const link = { database: chain, sequence: 1, previous: null, evidence: { key, sha256: nothing.sha256 } };
    const forged = fileOf(chainKey(chain, 1), chainRecordText(link, restoreTestEvidence(), sha256));
    assert.match(check(forged, nothing).broken?.problem ?? '', /which is no evidence$/);
  });

  test('is missed with its records, and so is evidence that none of them binds', () => {
    const { record, file } = made();
    const problems = (records: ReturnType<typeof fileOf>[], ...evidence: ReturnType<typeof fileOf>[]) =>
      checkCompleteness({ evidence, records, nights: [] }).problems.map((one) => `${one.key} ${one.problem}`);
    assert.deepEqual(problems([record], file), []);
    const stray = fileOf('restore-test/fantasy/run-2/evidence.json', JSON.stringify(restoreTestEvidence()));
    assert.deepEqual(problems([record], file, stray), [`${stray.key} is evidence that no record of a chain binds`]);
    // The chain of the backups is no chain of theirs.
    const backups = makeChain('fantasy', 1).records.map((one) => fileOf(one.key, one.text));
    assert.deepEqual(problems(backups, file), [
      'evidence-chain/fantasy--restore-test/ is gone: there is evidence of 1 run and no chain',
    ]);
  });

  test('binds the rungs of each path, of which those of another region may be elsewhere', () => {
    const { file } = made();
    const found = (digest: string | undefined, evidence = file) =>
      checkObjects({ evidence: [evidence], records: [] }, () => digest);
    assert.deepEqual([found(rungs.sha256).held, found(rungs.sha256).changed], [1, []]);
    assert.match(found('0'.repeat(64)).changed[0]?.problem ?? '', /^was changed/);
    assert.match(found(undefined).changed[0]?.problem ?? '', /^is missing/);
    const away = made({
      tried: [triedPath('other-region', { objects: [{ key: rungs.key, sha256: rungs.sha256 }] })],
    });
    assert.deepEqual(found(undefined, away.file).absent, [rungs.key]);
  });
});
