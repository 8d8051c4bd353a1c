import type { Finding } from '../../contracts/verification.ts';

type Versions = Readonly<Record<string, string>>;

const shown = 10;

/**
 * An index is ordered by the rules of the machine on which it was made. Under a library with other rules it finds less
 * than is there; whether it does, amcheck reports. Nothing is said of an old witness, which knew no versions.
 */
export function compareCollations(
  source: Versions | undefined,
  copy: Versions | undefined,
  indexes: ReadonlyMap<string, readonly string[]>,
): Finding[] {
  if (source === undefined || copy === undefined) return [];
  return Object.entries(copy).flatMap(([name, version]): Finding[] => {
    const expected = source[name];
    if (expected === undefined || expected === version) return [];
    const ordered = indexes.get(name) ?? [];
    if (ordered.length === 0) return [];
    const more = ordered.length > shown ? ` and ${ordered.length - shown} more` : '';
    const refresh =
      name === 'of the database'
        ? 'ALTER DATABASE … REFRESH COLLATION VERSION'
        : `ALTER COLLATION ${name} REFRESH VERSION`;
    return [
      {
        object: `collation ${name}`,
        status: 'gap',
        problem:
          `has version ${version} where the copy runs, ${expected} where the source runs; ordered by it: ` +
          `${ordered.slice(0, shown).join(', ')}${more}. After a restore there: REINDEX these, then ${refresh}, in this order`,
      },
    ];
  });
}
