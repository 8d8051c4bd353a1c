// esbuild plugins of the function bundles.
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { alikeErrors } from './alike-errors.mjs';
import { operationsFile } from './operations-file.mjs';
import { plainKeys } from './plain-keys.mjs';
import { readOperations } from './read-operations.mjs';

/** An import of operations.yml becomes its parsed content, checked before anything is packaged. */
const bundleOperations = {
  name: 'bundle-operations',
  setup(build) {
    build.onLoad({ filter: /operations\.yml$/ }, async () => {
      return {
        contents: JSON.stringify(await readOperations()),
        loader: 'json',
        watchFiles: [operationsFile],
      };
    });
  },
};

/**
 * Packages of which a function needs a part only, and that part. Lambda gives a function its credentials in the
 * environment: the other seven sources would be 110 KB of dead weight; the rest saves 25 KB.
 */
const parts = {
  '@aws-sdk/credential-provider-node': 'environment-credentials.mjs',
  '@smithy/core/event-streams': 'no-event-streams.mjs',
  pg: 'pg-client.mjs',
  pgpass: 'no-password-file.mjs',
};
const usePartOfPackage = {
  name: 'use-part-of-package',
  setup(build) {
    for (const [name, file] of Object.entries(parts)) {
      const filter = new RegExp(`^${name}$`);
      build.onResolve({ filter }, () => ({ path: fileURLToPath(new URL(file, import.meta.url)) }));
    }
  },
};

/** The clients read one member of their package.json. */
const keepVersion = {
  name: 'keep-version',
  setup(build) {
    build.onLoad({ filter: /@aws-sdk\/client-[^/]+\/package\.json$/ }, async ({ path }) => {
      const { version } = JSON.parse(await readFile(path, 'utf8'));
      return { contents: JSON.stringify({ version }), loader: 'json' };
    });
  },
};

const shortenErrors = {
  name: 'shorten-errors',
  setup(build) {
    build.onLoad({ filter: /@aws-sdk\/client-[^/]+\/dist-es\/models\/errors\.js$/ }, async ({ path }) => ({
      contents: alikeErrors(await readFile(path, 'utf8')),
      loader: 'js',
    }));
  },
};

const writeOutKeys = {
  name: 'write-out-keys',
  setup(build) {
    build.onLoad({ filter: /@aws-sdk\/client-[^/]+\/dist-es\/schemas\/schemas_\d+\.js$/ }, async ({ path }) => ({
      contents: plainKeys(await readFile(path, 'utf8')),
      loader: 'js',
    }));
  },
};

export default [bundleOperations, usePartOfPackage, keepVersion, shortenErrors, writeOutKeys];
