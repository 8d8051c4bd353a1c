import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { parse } from 'yaml';
import { heapLimitMb, memoryTaken } from '../../../../sandbox/services/lambda/memory.ts';

/** The limit that docs/runbooks/backup-and-verify.md states. */
const tables = 50_000;

const functionsOf = (folder: string) =>
  parse(
    readFileSync(fileURLToPath(new URL(`../../../../functions/${folder}/functions.yml`, import.meta.url)), 'utf8'),
  ) as Record<string, { memorySize: number }>;
const functions = { ...functionsOf('verification'), ...functionsOf('backup-and-verify') };
const memoryOf = (key: string): number => {
  const found = functions[key]?.memorySize;
  assert.ok(found !== undefined, key);
  return found;
};

test(`a witness of ${tables} tables is read in the memory of each function that reads it`, async () => {
  const limit = Math.min(...['verifyServer', 'verifySchema', 'verifyTables', 'recordEvidence'].map(memoryOf));
  const worker = new Worker(new URL('./read-large-witness.ts', import.meta.url), {
    workerData: { tables },
    resourceLimits: { maxOldGenerationSizeMb: heapLimitMb(limit) },
  });
  const [read] = await Promise.race([
    once(worker, 'message'),
    once(worker, 'exit').then(([code]) => assert.fail(`it ended with ${code}`)),
  ]);
  assert.equal(read.tables, tables);
  const megabytes = memoryTaken(read.heap) / 1_048_576;
  assert.ok(megabytes < limit, `${Math.round(megabytes)} MB of ${limit} MB`);
});
