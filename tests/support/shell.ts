import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const execute = promisify(execFile);
export const isInstalled = async (program: string) =>
  await execute(program, ['--version']).then(
    () => true,
    () => false,
  );

/** A run at speed 1000 is asked for a thousand times, and each is reported. */
const historyBytes = 64 * 1024 * 1024;

/** What such a script prints, carried out as a person does it in a shell. */
export const shell = async (script: string) =>
  (await execute('/bin/sh', ['-ec', script], { env: { ...process.env, AWS_PAGER: '' }, maxBuffer: historyBytes }))
    .stdout;
