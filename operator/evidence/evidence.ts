// Checks the chains of evidence in a folder that was downloaded from the evidence bucket. Needs no network.
import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { type ChainCheck, type ChainFile, chainPrefix, checkChain } from '../../shared/domain/evidence/chain.ts';
import { checkCompleteness } from '../../shared/domain/evidence/completeness.ts';
import { checkObjects } from '../../shared/domain/evidence/evidence-objects.ts';
import { CommandLineError } from '../../shared/errors.ts';
import { operatorCommand, startWhenCalled } from '../command.ts';

const usage = `npm run evidence -- verify <folder> [--head <sha256>]…

  <folder>         what \`aws s3 sync s3://<evidence bucket> <folder>\` has downloaded
  --head <sha256>  SHA-256 of a record that a notification reports; that record must be in the folder.
                   Without it nobody can see that the newest records of a chain are missing, or all were rewritten.

Checks form, hashes, order and completeness of every chain under evidence-chain/, and names the first link of each
that does not hold; every witness, rung, progress file and report against the SHA-256 that its run or its record keeps;
evidence that no record binds, chains that are gone, evidence that a night names and that is gone, and moments that run
backwards. Exit code 0: all of it holds; 1: something does not; 2: the command cannot be carried out.`;

/** SHA-256 of text as UTF-8, or of the bytes of a file. */
const sha256 = (content: string | Uint8Array) => createHash('sha256').update(content).digest('hex');

const sha256Digits = (text: string) =>
  /^[0-9a-f]{64}$/.test(text) ? undefined : 'a SHA-256 of 64 hexadecimal digits, copied from a notification';

export const evidence = operatorCommand({
  help: usage,
  grammar: {
    command: 'npm run evidence --',
    options: { head: { type: 'string', multiple: true, default: [] } },
    values: { head: sha256Digits },
    actions: { verify: { words: ['<folder>'], options: ['head'] } },
  },
  run({ words: [folder = ''], values }, { line }) {
    if (!existsSync(folder) || !statSync(folder).isDirectory())
      throw new CommandLineError(`folder '${folder}' does not exist`, {
        hints: ['aws s3 sync s3://<evidence bucket> <folder> downloads it.'],
      });
    return verify(folder, values.head, line);
  },
});

function verify(folder: string, heads: readonly string[], write: (line: string) => void): number {
  const stored = new Map(
    readFiles(folder, '{backup-and-verify,restore-test}/**/evidence.json').map((file) => [file.key, file] as const),
  );
  const records = readFiles(folder, 'evidence-chain/**/*');
  const databases = [...new Set(records.map(({ key }) => key.split('/')[1] ?? ''))].sort();
  if (databases.length === 0 && stored.size === 0)
    throw new CommandLineError(`'${folder}' has neither a folder 'evidence-chain' nor evidence`, {
      hints: ['Download the whole bucket, not one folder of it.'],
    });
  const checks = databases.map((database) =>
    checkChain(
      database,
      records.filter(({ key }) => key.startsWith(chainPrefix(database))),
      stored,
      sha256,
    ),
  );
  const evidence = [...stored.values()];
  const objects = checkObjects({ evidence, records }, (key) => digestOf(path.join(folder, key)));
  const nights = readFiles(folder, 'nightly-backup/*/record.json');
  const { refused, problems } = checkCompleteness({ evidence, records, nights });
  const lost = heads.filter((head) => !checks.some(({ digests }) => digests.includes(head)));

  for (const check of checks) for (const line of reported(check)) write(line);
  for (const head of lost)
    write(`BROKEN  no intact record has SHA-256 ${head}: it was removed, or what it binds was rewritten`);
  for (const head of heads.filter((one) => !lost.includes(one))) {
    const check = checks.find(({ digests }) => digests.includes(head));
    write(`ok      ${head} is record ${(check?.digests.indexOf(head) ?? 0) + 1} of '${check?.database}'`);
  }
  for (const { key, problem } of [...objects.changed, ...problems]) write(`BROKEN  '${key}' ${problem}`);
  if (objects.bound > 0)
    write(`ok      ${objects.held} of ${objects.bound} objects that evidence binds are here and as they were stored`);
  if (objects.absent.length > 0)
    write(
      `absent  ${objects.absent.length} witnesses, or rungs of another region, the first is '${objects.absent[0]}'`,
    );
  if (refused > 0) write(`ok      ${refused} runs were refused beside another one and are in no chain`);
  const faults = [
    ...lost,
    ...checks.flatMap(({ broken, turnedBack }) => [...turnedBack, ...(broken === undefined ? [] : [broken])]),
    ...objects.changed,
    ...problems,
  ];
  return faults.length > 0 ? 1 : 0;
}

function reported({ database, intact, digests, broken, turnedBack }: ChainCheck): string[] {
  const back = turnedBack.map(({ key, problem }) => `BROKEN  '${key}' ${problem}`);
  if (broken === undefined)
    return [`ok      '${database}': ${intact} records, the newest has SHA-256 ${digests.at(-1)}`, ...back];
  return [`BROKEN  '${database}': ${intact} records hold, then '${broken.key}' ${broken.problem}`, ...back];
}

function readFiles(folder: string, pattern: string): ChainFile[] {
  return globSync(pattern, { cwd: folder })
    .filter((name) => statSync(path.join(folder, name)).isFile())
    .map((name) => {
      const bytes = readFileSync(path.join(folder, name));
      return { key: name.split(path.sep).join('/'), sha256: sha256(bytes), text: textOf(bytes) };
    });
}

/** Undefined where no such file was downloaded. */
function digestOf(file: string): string | undefined {
  return existsSync(file) && statSync(file).isFile() ? sha256(readFileSync(file)) : undefined;
}

/** One text for each sequence of bytes; undefined where they are not UTF-8. */
function textOf(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

await startWhenCalled(import.meta.url, evidence);
