// esbuild plugins of the function bundles.
import { fileURLToPath } from 'node:url';
import { operationsFile, operationsFileName } from './operations-file.mjs';

const credentialsFile = fileURLToPath(new URL('environment-credentials.mjs', import.meta.url));

/** An import of operations.yml becomes its parsed content, checked before anything is packaged. */
const bundleOperations = {
  name: 'bundle-operations',
  setup(build) {
    build.onLoad({ filter: /operations\.yml$/ }, async () => {
      const { readOperationsFile } = await import('../shared/policy/read-file.ts');
      return {
        contents: JSON.stringify(readOperationsFile(operationsFile, operationsFileName)),
        loader: 'json',
        watchFiles: [operationsFile],
      };
    });
  },
};

/** Lambda gives a function its credentials in the environment: the other seven sources would be 110 KB of dead weight. */
const useEnvironmentCredentials = {
  name: 'use-environment-credentials',
  setup(build) {
    build.onResolve({ filter: /^@aws-sdk\/credential-provider-node$/ }, () => ({ path: credentialsFile }));
  },
};

export default [bundleOperations, useEnvironmentCredentials];
