import assert from 'node:assert/strict';
import { filesOf, type SourceFile } from './files.ts';

/** Words of the glossary in docs/architecture.md, each with the synonyms that lost. A word is a part of an identifier. */
const glossary: readonly { readonly word: string; readonly not: RegExp; readonly why: string }[] = [
  { word: 'report, notify', not: /^(tell|tells|told|untold|telling)$/, why: 'someone is informed' },
  {
    word: 'assess, decide, evaluate',
    not: /^(judge|judges|judged|judging|judgement|judgment)$/,
    why: 'a value is evaluated',
  },
  { word: 'proof cost, recommendations, registry', not: /^ledgers?$/, why: 'it had three meanings' },
  { word: 'fixture', not: /^(bed|testbed)$/, why: 'what a test sets up' },
  { word: 'copy', not: /^clones?$/, why: 'a throw-away instance restored from a backup' },
];
/** Identifiers as they stand in evidence, settings and buckets that are already written, and words of others. */
const published: Readonly<Record<string, string>> = {
  told: 'evidence of a run: the cap that held it (`cost.cap.told`)',
};
/** Where each of them may stand, and nowhere else. */
const publishedIn = /(proof-cost|backup|plan-run|fleet|evidence|cap\.|nightly|alarm|second-region|history)/;

const identifiersOf = (text: string): string[] => [
  ...new Set(
    text
      .replace(/\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm, ' ')
      .replace(
        /'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|\/(?![*/\s])(?:[^/\\\n[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*/g,
        ' ',
      )
      .match(/[A-Za-z_][A-Za-z0-9_]*/g) ?? [],
  ),
];
const partsOf = (identifier: string): string[] =>
  identifier.split(/(?<=[a-z0-9])(?=[A-Z])|_|-/).map((part) => part.toLowerCase());

function faultsOf({ path, text }: SourceFile): string[] {
  const names = [
    ...path.replace(/\.[a-z.]+$/, '').split('/'),
    ...(/\.(ts|mts|cts|mjs|cjs)$/.test(path) ? identifiersOf(text) : []),
  ];
  return names.flatMap((name) => {
    if (published[name] !== undefined && publishedIn.test(path)) return [];
    return glossary
      .filter(({ not }) => partsOf(name).some((part) => not.test(part)))
      .map(({ word, why }) => `'${path}' says '${name}', the word is ${word}: ${why}`);
  });
}

describe('words', () => {
  test('of identifiers and files are those of the glossary', () => {
    const files = filesOf(
      '{functions,tasks,shared,operator,sandbox,packaging,tests,bench,model,statemachines}/**/*.{ts,mts,cts,mjs,cjs,yml}',
    );
    assert.ok(files.length > 600);
    const own = /^tests\/repository\/words\.test\.ts$/;
    assert.deepEqual(files.filter(({ path }) => !own.test(path)).flatMap(faultsOf), []);
  });

  for (const planted of ['judgeVolume', 'isTold', 'openLedger', 'backupBed', 'makeClone']) {
    test(`that lost are refused: ${planted}`, () => {
      const [fault] = faultsOf({ path: 'shared/pg/a.ts', text: `export const ${planted} = 1;\n` });
      assert.match(fault ?? '', new RegExp(planted));
    });
  }

  test('that lost are refused in the name of a file', () => {
    assert.equal(faultsOf({ path: 'shared/pg/judge-rows.ts', text: '' }).length, 1);
  });

  test('of others are left alone: texts, comments and longer words', () => {
    const text = ['// told', "const embed = 'ledger'; /* judge */", ''].join('\n');
    assert.deepEqual(faultsOf({ path: 'shared/pg/a.ts', text }), []);
  });
});
