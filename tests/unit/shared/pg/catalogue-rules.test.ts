import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { comparedRows, excusedCatalogues, excusedColumns } from '../../../../shared/pg/witness/catalogue-rules.ts';

/** Columns of pg_catalog as servers 15.18, 16.14, 17.10 and 18.4 list them; `some`: not in each of them. */
type Recorded = Record<string, { readonly all: string; readonly some: Record<string, readonly number[]> }>;
const recorded = JSON.parse(
  readFileSync(new URL('../../../support/postgres/catalogue-columns.json', import.meta.url), 'utf8'),
) as Recorded;
const majors = [15, 16, 17, 18];

const columnsOf = (catalogue: string, major: number) => {
  const { all = '', some = {} } = recorded[catalogue] ?? {};
  return new Set([...all.split(' '), ...Object.keys(some).filter((column) => some[column]?.includes(major))]);
};

describe('rules of the comparison of catalogues', () => {
  test('each reason is of a catalogue or a column that a server has', () => {
    for (const [catalogue, reason] of Object.entries(excusedCatalogues)) {
      assert.ok(recorded[catalogue], catalogue);
      assert.ok(reason.length > 20, catalogue);
    }
    for (const [catalogue, columns] of Object.entries(excusedColumns)) {
      for (const [column, reason] of Object.entries(columns)) {
        assert.ok(
          majors.some((major) => columnsOf(catalogue, major).has(column)),
          `${catalogue}.${column}`,
        );
        assert.ok(reason.length > 20, column);
      }
    }
  });

  test('each condition on the rows of a catalogue asks for columns that it has in every version', () => {
    let asked = 0;
    for (const catalogue of Object.keys(recorded)) {
      const condition = comparedRows(`pg_catalog.${catalogue}`) ?? '';
      for (const [, column = ''] of condition.matchAll(/gd_row\.(\w+)/g)) {
        asked += 1;
        for (const major of majors) assert.ok(columnsOf(catalogue, major).has(column), `${catalogue}.${column}`);
      }
    }
    assert.ok(asked > 25, `${asked} columns`);
  });

  test('a catalogue in which an object of a session may show is not compared without a condition', () => {
    const session = /namespace$|relid$|^ev_class$|^classo?id$/;
    // Not of a table of a session: columns that name a catalogue, or what may be no temporary one.
    const permanent = ['pg_shdescription', 'pg_shseclabel', 'pg_init_privs', 'pg_default_acl', 'pg_extension'];
    const others = ['pg_publication_rel', 'pg_subscription_rel', 'pg_foreign_table', 'pg_statistic'];
    const system = ['pg_collation', 'pg_conversion', 'pg_ts_config', 'pg_ts_dict', 'pg_ts_parser', 'pg_ts_template'];
    const known = new Set([...permanent, ...others, ...system]);
    for (const catalogue of Object.keys(recorded)) {
      const columns = [...columnsOf(catalogue, 18)].filter((column) => session.test(column));
      if (columns.length === 0 || known.has(catalogue)) continue;
      assert.ok(comparedRows(`pg_catalog.${catalogue}`), `${catalogue}: ${columns.join(', ')}`);
    }
  });
});
