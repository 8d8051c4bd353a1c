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

/** What such a script prints, carried out as a person does it in a shell. What a failed one had printed is in its error. */
export async function shell(script: string): Promise<string> {
  const options = { env: { ...process.env, AWS_PAGER: '' }, maxBuffer: historyBytes };
  try {
    return (await execute('/bin/sh', ['-ec', script], options)).stdout;
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new Error(`the script failed\n${stderr}it had printed\n${stdout}of\n${script}`, { cause: error });
  }
}
