import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import readline from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const driver = fileURLToPath(new URL('driver.py', import.meta.url));

export type Answer = { readonly code: number; readonly stdout: string; readonly stderr: string };

export type AwsCli = {
  readonly version: string;
  call(words: readonly string[]): Promise<Answer>;
  stop(): Promise<void>;
};

export type CliSettings = {
  readonly endpoint: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Where files that commands name are. */
  readonly directory: string;
};

/** The installed AWS CLI; undefined when there is none. */
export async function openAwsCli(settings: CliSettings): Promise<AwsCli | undefined> {
  const version = await run('aws', ['--version']).then(
    ({ stdout, stderr }) => (stdout + stderr).trim(),
    () => undefined,
  );
  if (version === undefined) return undefined;
  const config = path.join(settings.directory, 'config');
  // Version 2 would take payloads as base64.
  writeFileSync(config, '[default]\ncli_binary_format = raw-in-base64-out\noutput = json\n');
  const options = {
    cwd: settings.directory,
    env: {
      ...process.env,
      AWS_ACCESS_KEY_ID: settings.accessKeyId,
      AWS_SECRET_ACCESS_KEY: settings.secretAccessKey,
      AWS_DEFAULT_REGION: settings.region,
      AWS_CONFIG_FILE: config,
      AWS_SHARED_CREDENTIALS_FILE: path.join(settings.directory, 'none'),
      AWS_MAX_ATTEMPTS: '1',
      AWS_PAGER: '',
    },
  };
  // Version 1 does not take the endpoint of RDS in us-east-1 from the environment.
  // And the driver's one process remembers a region that was named once.
  const endpointOf = (words: readonly string[]) => [
    ...['--endpoint-url', settings.endpoint],
    ...(words.includes('--region') ? [] : ['--region', settings.region]),
  ];
  const python = await pythonOfCli();
  if (python === undefined) {
    const call = (words: readonly string[]) =>
      run('aws', [...words, ...endpointOf(words)], options).then(
        ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
        ({ code, stdout, stderr }) => ({ code: Number(code), stdout, stderr }),
      );
    return { version, call, stop: async () => {} };
  }
  const child: ChildProcess = spawn(python, [driver], { ...options, stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = child.stdout === null ? undefined : readline.createInterface(child.stdout)[Symbol.asyncIterator]();
  return {
    version: `${version}, in one process`,
    async call(words) {
      child.stdin?.write(`${JSON.stringify([...words, ...endpointOf(words)])}\n`);
      const line = await lines?.next();
      if (line?.value === undefined) throw new Error(`the AWS CLI ended at '${words.join(' ')}'`);
      return JSON.parse(line.value) as Answer;
    },
    async stop() {
      const ended = once(child, 'close');
      child.stdin?.end();
      await ended;
    },
  };
}

/** Version 1 is a Python program; version 2 brings its own Python, which nobody else can use. */
async function pythonOfCli(): Promise<string | undefined> {
  for (const [program, ...words] of [
    ['pyenv', 'which', 'aws'],
    ['which', 'aws'],
  ] as const) {
    try {
      const script = (await run(program, words)).stdout.trim();
      const python = /^#!\s*(\S*python\S*)/.exec(readFileSync(script, 'latin1').slice(0, 200))?.[1];
      if (python === undefined) continue;
      await run(python, ['-c', 'import awscli.clidriver']);
      return python;
    } catch {
      // Not there, or not so installed: the next.
    }
  }
  return undefined;
}
