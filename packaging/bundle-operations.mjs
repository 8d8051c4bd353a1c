// esbuild plugin: an import of operations.yml becomes its parsed content, checked before anything is packaged.
import { fileURLToPath } from 'node:url';

const file = fileURLToPath(new URL('../operations.yml', import.meta.url));

const bundleOperations = {
  name: 'bundle-operations',
  setup(build) {
    build.onLoad({ filter: /operations\.yml$/ }, async () => {
      const { readOperationsFile } = await import('../shared/policy/read-file.ts');
      return { contents: JSON.stringify(readOperationsFile(file)), loader: 'json', watchFiles: [file] };
    });
  },
};

export default [bundleOperations];
