import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import * as rds from '@aws-sdk/client-rds';
import { build } from 'esbuild';
import { alikeErrors } from '../../packaging/bundle/alike-errors.mjs';

type ErrorClass = (new (options: object) => Error & { readonly $fault: string }) & { readonly shapeId?: string };

test('error classes made by one function behave as those of the client', async () => {
  const entry = createRequire(import.meta.url).resolve('@aws-sdk/client-rds');
  const folder = path.join(entry.slice(0, entry.lastIndexOf('dist-')), 'dist-es', 'models');
  const { outputFiles } = await build({
    stdin: { contents: "export * from './errors.js';", resolveDir: folder },
    bundle: true,
    format: 'esm',
    platform: 'node',
    write: false,
    plugins: [
      {
        name: 'shorten',
        setup: (one) =>
          one.onLoad({ filter: /models.errors\.js$/ }, async ({ path: file }) => {
            const source = await readFile(file, 'utf8');
            const contents = alikeErrors(source);
            assert.ok(contents.length < source.length / 2, 'the generator writes its classes in another way now');
            return { contents, loader: 'js' };
          }),
      },
    ],
  });
  const text = Buffer.from(outputFiles[0]?.contents ?? []).toString('base64');
  const made: Record<string, ErrorClass> = await import(`data:text/javascript;base64,${text}`);
  const originals = rds as unknown as Record<string, ErrorClass>;
  assert.ok(Object.keys(made).length >= 100);
  const options = { message: 'said', $metadata: { requestId: 'r' } };
  const facts = (of: ErrorClass | undefined) => {
    assert.ok(of);
    const error = new of(options);
    assert.ok(error instanceof of && error instanceof Error);
    return [of.shapeId, error.name, error.$fault, error.message, { ...error }];
  };
  for (const [name, alike] of Object.entries(made)) assert.deepEqual(facts(alike), facts(originals[name]), name);
});

test('a class with members of its own stays as it is', () => {
  const source = `import { B as __BaseException } from "./B";
export class A extends __BaseException {
    name = "A";
    Reason;
}`;
  assert.equal(alikeErrors(source), source);
});
