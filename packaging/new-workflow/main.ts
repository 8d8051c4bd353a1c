// Writes the skeleton of a workflow: npm run new-workflow -- pg-audit
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { something } from '../../shared/command-line/grammar.ts';
import { parseCommandLine } from '../../shared/command-line/parse.ts';
import { coerceError } from '../../shared/errors.ts';
import { type House, skeletonOf } from './skeleton.ts';

const help = `pg-gameday new-workflow: the skeleton of a workflow, in all its places

  npm run new-workflow -- pg-audit                  writes it and lists what it wrote
  npm run new-workflow -- pg-audit --stack costs    the nested stack that it lives in

Nothing is overwritten, and no file of another workflow is touched. Then npm run check: what fails is what is yours to write.
Exit code 0: written; 2: refused, and nothing was written.`;

try {
  main();
} catch (thrown) {
  console.error(`error: ${coerceError(thrown).message}`);
  process.exitCode = 2;
}

function main(): void {
  const call = parseCommandLine(
    {
      command: 'npm run new-workflow --',
      options: { stack: { type: 'string' } },
      values: { stack: something },
      actions: { '': { words: ['<name>'], options: ['stack'] } },
    } as const,
    process.argv.slice(2),
  );
  if (call.help !== undefined) {
    console.log(help);
    process.exitCode = call.help === 'asked' ? 0 : 2;
    return;
  }
  const {
    words: [name = ''],
    values,
  } = call;
  const root = process.cwd();
  const { created, changed } = skeletonOf(name, houseAt(root), values.stack);
  for (const [file, text] of [...created, ...changed]) {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    writeFileSync(path.join(root, file), text);
  }
  // Line breaks and the order of imports go by the length and the letters of the name.
  const sources = [...created.keys()].filter((file) => file.endsWith('.ts'));
  execFileSync(process.execPath, ['node_modules/@biomejs/biome/bin/biome', 'check', '--write', ...sources], {
    cwd: root,
    stdio: 'pipe',
  });
  for (const file of created.keys()) console.log(`created  ${file}`);
  for (const file of changed.keys()) console.log(`changed  ${file}`);
  console.log('\nnpm run check now fails in what is yours to write; begin with tests/workflows/ and the contracts.');
}

function houseAt(root: string): House {
  const text = (file: string) => {
    if (!existsSync(path.join(root, file))) {
      throw new Error(`'${file}' is not here\nHINT: Run it in the root of a checkout.`);
    }
    return readFileSync(path.join(root, file), 'utf8');
  };
  const workflows = text('workflows.yml');
  return {
    workflows,
    readme: text('README.md'),
    stacks: [
      ...new Set(Object.values(parse(workflows) as Record<string, { stack: string }>).map(({ stack }) => stack)),
    ],
    exists: (file) => existsSync(path.join(root, file)),
  };
}
