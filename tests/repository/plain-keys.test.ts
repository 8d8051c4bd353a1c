import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { build } from 'esbuild';
import { plainKeys } from '../../packaging/bundle/plain-keys.mjs';

describe('the schemas of a client with their keys written out', () => {
  for (const client of ['ec2', 'rds', 's3']) {
    test(`are those of the client: ${client}`, async () => {
      const entry = createRequire(import.meta.url).resolve(`@aws-sdk/client-${client}`);
      const file = path.join(entry.slice(0, entry.lastIndexOf('dist-')), 'dist-es', 'schemas', 'schemas_0.js');
      const source = await readFile(file, 'utf8');
      const contents = plainKeys(source);
      assert.notEqual(contents, source, 'the generator writes its keys in another way now');
      assert.doesNotMatch(contents, /\[_\w+\]:/);
      const [written, original] = [await schemasOf(contents, file), await schemasOf(source, file)];
      assert.ok(Object.keys(original).length > 50);
      assert.deepEqual(shown(written), shown(original));
    });
  }

  test('let a bundler leave out what nobody asks for', async () => {
    const source = `const _xN = "xmlName";\nexport var A$ = [3, "n", "A", { [_xN]: "a" }];\nexport var B$ = [3, "n", "B", 0];`;
    const size = async (contents: string) => {
      const stdin = { contents: `import { B$ } from 'x'; console.log(B$)`, resolveDir: '.' };
      const { outputFiles } = await build({
        stdin,
        bundle: true,
        minify: true,
        write: false,
        plugins: [virtual(contents)],
      });
      return outputFiles[0]?.text ?? '';
    };
    assert.match(await size(source), /"A"/);
    assert.doesNotMatch(await size(plainKeys(source)), /"A"/);
  });

  test('keep a key that is no text of the file', () => {
    const source = 'export var A$ = { [_xN]: 1 };';
    assert.equal(plainKeys(source), source);
  });
});

const virtual = (contents: string) => ({
  name: 'virtual',
  setup(one: import('esbuild').PluginBuild) {
    one.onResolve({ filter: /^x$/ }, () => ({ path: 'x', namespace: 'virtual', sideEffects: true }));
    one.onLoad({ filter: /.*/, namespace: 'virtual' }, () => ({ contents, loader: 'js' as const }));
  },
});

async function schemasOf(contents: string, file: string): Promise<Record<string, unknown>> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: path.dirname(file) },
    bundle: true,
    format: 'esm',
    platform: 'node',
    write: false,
  });
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0]?.contents ?? []).toString('base64')}`);
}

/** As text: a schema names others by functions, which are written alike in both. */
const shown = (schemas: Record<string, unknown>) =>
  Object.entries(schemas).map(([name, schema]) => [
    name,
    JSON.stringify(schema, (_, value: unknown) => (typeof value === 'function' ? String(value) : value)),
  ]);
