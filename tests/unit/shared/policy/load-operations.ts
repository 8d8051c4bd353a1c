/** shared/policy/operations.ts with its import of operations.yml, which the bundler resolves in production. */
import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

registerHooks({
  load(url, context, nextLoad) {
    if (!url.endsWith('.yml')) return nextLoad(url, context);
    const content: unknown = parse(readFileSync(fileURLToPath(url), 'utf8'));
    return { format: 'module', source: `export default ${JSON.stringify(content)};`, shortCircuit: true };
  },
});

export const { databasePolicy, operations, stagePolicy } = await import('../../../../shared/policy/operations.ts');
