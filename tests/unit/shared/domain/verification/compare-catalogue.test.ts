import assert from 'node:assert/strict';
import type { TableVerdict } from '../../../../../shared/contracts/verification.ts';
import {
  assessCatalogue,
  type CatalogueStranger,
} from '../../../../../shared/domain/verification/compare-catalogue.ts';
import type { TableMatch } from '../../../../../shared/domain/verification/compare-table.ts';

const table = 'pg_catalog.pg_trigger';
const match = (problems: string[], bornAndKilled = 0): TableMatch => ({
  table,
  bytes: 8192,
  rows: 10n,
  problems,
  matchedRows: 0,
  bornAndKilled,
  strangers: [],
  own: [],
  newestPresent: 0n,
  presentInserted: 0,
  absentInserted: [],
  presentDeleted: [],
  absentDeleted: [],
});
const verdict = (unverifiableRows: number, reason?: string): TableVerdict => ({
  table,
  status: reason === undefined ? 'proven' : 'failed',
  rows: '10',
  bytes: 8192,
  matchedRows: 0,
  unverifiableRows,
  ...(reason === undefined ? {} : { reason }),
});
const assessed = (problems: string[], strangers: CatalogueStranger[], unverifiable = strangers.length) =>
  assessCatalogue(match(problems, strangers.length), verdict(unverifiable, problems[0]), strangers).map(
    ({ status, object }) => `${status} ${object}`,
  );

describe('assessCatalogue', () => {
  test('says nothing of a catalogue that is equal', () => {
    assert.deepEqual(assessed([], []), []);
  });

  test('fails an object that was made on the copy, and names as a gap one that was made and removed meanwhile', () => {
    assert.deepEqual(
      assessed(
        [],
        [
          { object: 'trigger a on t', origin: 'copy' },
          { object: 'trigger b on t', origin: 'source' },
          { object: 'trigger c on t', origin: 'unknown' },
        ],
      ),
      ['failed trigger a on t', 'gap trigger b on t', 'gap trigger c on t'],
    );
  });

  test('fails what may be of either where the rest of the catalogue was changed', () => {
    assert.deepEqual(
      assessed(
        ['1 row is missing'],
        [
          { object: 'trigger b on t', origin: 'source' },
          { object: 'trigger c on t', origin: 'unknown' },
        ],
      ),
      ['failed trigger c on t', `failed ${table}`, 'gap trigger b on t'],
    );
  });

  test('names each object once, and says how many more there are', () => {
    const strangers = Array.from(
      { length: 130 },
      (_, index): CatalogueStranger => ({
        object: `trigger ${Math.floor(index / 2)} on t`,
        origin: 'copy',
      }),
    );
    const findings = assessCatalogue(match([], 130), verdict(130), strangers);
    assert.equal(findings.length, 51);
    assert.match(findings.at(-1)?.problem ?? '', /^15 objects more: is made or changed in the copy alone/);
  });

  test('names a catalogue some of whose rows nobody known has removed', () => {
    assert.deepEqual(assessed([], [{ object: 'trigger b on t', origin: 'source' }], 3), [
      'gap trigger b on t',
      `gap ${table}`,
    ]);
  });
});
