import { execFile } from 'node:child_process';
import type { ServerUser } from './server-user.ts';

/** A program that could not be started, was too slow, or ended with a non-zero code. */
export class CommandFailedError extends Error {
  override readonly name = 'CommandFailedError';
}

export type CommandOptions = {
  readonly user?: ServerUser | undefined;
  readonly env?: NodeJS.ProcessEnv;
  /** Milliseconds. The default is enough for initdb on a slow disk. */
  readonly timeout?: number;
};

/** Runs a program to its end; what it printed is the result. */
export function runCommand(file: string, args: readonly string[], options: CommandOptions = {}): Promise<string> {
  const { timeout = 120_000, user, env = process.env } = options;
  return new Promise((resolve, reject) => {
    const settings = { timeout, env, cwd: '/', maxBuffer: 64 * 1024 * 1024, ...user };
    execFile(file, args, settings, (error, stdout, stderr) => {
      if (error === null) {
        resolve(stdout);
        return;
      }
      const why = error.killed ? `did not end within ${timeout} ms` : `ended with '${error.code ?? error.signal}'`;
      const message = `command '${commandLine(file, args)}' ${why}\n${lastLines(stderr || stdout)}`;
      reject(new CommandFailedError(message.trimEnd(), { cause: error }));
    });
  });
}

/** As a person would type it, for messages. */
export function commandLine(file: string, args: readonly string[]): string {
  return [file, ...args].map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word}'`)).join(' ');
}

export function lastLines(text: string, count = 12): string {
  return text.trimEnd().split('\n').slice(-count).join('\n');
}
