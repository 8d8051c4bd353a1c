import assert from 'node:assert/strict';
import { entriesAt, filesOf, textOf } from './files.ts';

type Manifest = { readonly packages: unknown; readonly lock: string; readonly uses: string };

const exact = /^(npm:[\w@/.-]+@)?\d+\.\d+\.\d+(-[\w.]+)?$/;
const kinds = ['dependencies', 'devDependencies', 'optionalDependencies'];
/** Used by other means than by its name in a file: types, programs, and what a plugin of Serverless asks for. */
const usedOtherwise = new Set([
  '@types/node',
  '@types/d3-scale',
  '@types/d3-shape',
  '@types/pg',
  '@types/aws-lambda',
  '@types/jest',
  'typescript',
  'node',
  '@biomejs/biome',
  'esbuild',
  'jest',
]);

function faultsOf({ packages, lock, uses }: Manifest): string[] {
  const faults: string[] = [];
  for (const kind of kinds) {
    for (const [name, version] of entriesAt(packages, kind)) {
      if (!exact.test(String(version))) faults.push(`${kind}: '${name}' is '${version}', expected one exact version`);
      const isNamed =
        uses.includes(`'${name}'`) ||
        uses.includes(`'${name}/`) ||
        uses.includes(` ${name}\n`) ||
        uses.includes(`"${name} `);
      const isBinary = kind === 'optionalDependencies';
      if (!isNamed && !isBinary && !usedOtherwise.has(name)) faults.push(`${kind}: '${name}' is used nowhere`);
    }
  }
  const resolved = /"resolved":\s*"([^"]*)"/.exec(lock);
  if (resolved !== null) faults.push(`package-lock.json names a host: ${resolved[1]}`);
  const { packages: locked } = JSON.parse(lock) as {
    packages: Record<string, { version?: string; integrity?: string; link?: boolean }>;
  };
  for (const [path, { version, integrity, link }] of Object.entries(locked)) {
    if (path !== '' && link !== true && (version === undefined || integrity === undefined))
      faults.push(`package-lock.json: '${path}' has no integrity`);
  }
  for (const kind of kinds) {
    for (const [name, version] of entriesAt(packages, kind)) {
      const found = locked[`node_modules/${name}`]?.version;
      const wanted = String(version).split('@').at(-1);
      if (found !== wanted) faults.push(`package-lock.json has '${name}' ${found}, package.json ${wanted}`);
    }
  }
  return faults;
}

const manifest = (): Manifest => {
  const text = textOf('package.json');
  return {
    packages: JSON.parse(text),
    lock: textOf('package-lock.json'),
    uses: [
      ...filesOf('{functions,shared,operator,sandbox,packaging,tests,bench,model,tasks,types}/**/*.{ts,mjs}').map(
        (file) => file.text,
      ),
      textOf('serverless.yml'),
      ...filesOf('packaging/**/*.cjs').map((file) => file.text),
      text.slice(text.indexOf('"scripts"'), text.indexOf('"dependencies"')),
    ].join('\n'),
  };
};

describe('dependencies', () => {
  test('are pinned exactly, locked with integrity and without hosts, and used', () => {
    assert.deepEqual(faultsOf(manifest()), []);
  });

  test('that float, come from a host, differ from the lock file or are not used are reported', () => {
    const sound = manifest();
    const packages = (change: object) => ({ packages: { dependencies: change } });
    const lock = (from: RegExp | string, to: string) => {
      const changed = sound.lock.replace(from, to);
      assert.notEqual(changed, sound.lock, 'the companion changed nothing');
      return { lock: changed };
    };
    const broken: [Partial<Manifest>, RegExp][] = [
      [packages({ pg: '^8.23.1' }), /'pg' is '\^8\.23\.1', expected one exact version/],
      [packages({ pg: 'latest' }), /expected one exact version/],
      [packages({ pg: '8.23.0' }), /package-lock\.json has 'pg'/],
      [packages({ [['left', 'pad'].join('-')]: '1.3.0' }), /is used nowhere/],
      [
        lock('"integrity":', '"resolved": "https://example.com/a.tgz", "integrity":'),
        /names a host: https:\/\/example\.com/,
      ],
      [lock(/"integrity": "[^"]+"/, '"dev": true'), /has no integrity/],
    ];
    for (const [change, fault] of broken) assert.match(faultsOf({ ...sound, ...change }).join('\n'), fault);
  });
});
