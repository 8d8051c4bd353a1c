/**
 * What the sandbox itself costs: seconds from nothing to ready (with the package written), milliseconds of one call over
 * HTTP by an SDK client, and the memory of its process: idle, and with the environments of functions warm.
 *
 *   npm run package && npm run bench:sandbox -- [starts] [calls]
 */
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { DescribeDBInstancesCommand, RDSClient } from '@aws-sdk/client-rds';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { ListExecutionsCommand, SFNClient } from '@aws-sdk/client-sfn';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { findServerBinaries } from '../sandbox/postgres/binaries.ts';
import { startSandbox } from '../sandbox/sandbox.ts';
import { readOperationsFile } from '../shared/policy/read-file.ts';

const starts = Number(process.argv[2] ?? 5);
const calls = Number(process.argv[3] ?? 500);
const { region } = readOperationsFile(new URL('../operations.yml', import.meta.url)).stages.dev;
const directory = await mkdtemp(path.join(tmpdir(), 'pg-gameday-bench-'));
await chmod(directory, 0o755); // Root's servers run as another user.

const megabytes = () => {
  globalThis.gc?.();
  return Math.round(process.memoryUsage.rss() / 1e6);
};
const sorted = (values: readonly number[]) => [...values].sort((left, right) => left - right);
const spread = (values: readonly number[], digits: number) => {
  const all = sorted(values);
  const at = (share: number) => (all[Math.round(share * (all.length - 1))] ?? Number.NaN).toFixed(digits);
  return `${at(0.5)} (${at(0)} to ${at(0.95)} for 95 %)`;
};
const startOne = (name: string) =>
  startSandbox({
    packageDirectory: new URL('../dist/dev', import.meta.url).pathname,
    dataDirectory: path.join(directory, name),
    region,
    speed: 1000,
    runSchedules: true,
  });

try {
  await findServerBinaries(); // Unpacked once for each checkout, at its first start.
  console.log(`memory before            ${megabytes()} MB: Node with the sandbox's code and five SDK clients`);
  const seconds: number[] = [];
  for (let round = 0; round < starts; round += 1) {
    const from = performance.now();
    const sandbox = await startOne(`start-${round}`);
    seconds.push((performance.now() - from) / 1000);
    await sandbox.stop();
  }
  console.log(`start to ready           ${spread(seconds, 2)} s, ${starts} times`);

  const sandbox = await startOne('calls');
  try {
    console.log(`memory, ready            ${megabytes()} MB`);
    const config = { ...sandbox.clientConfig, maxAttempts: 1 };
    const [rds, s3, sfn, sts] = [
      new RDSClient(config),
      new S3Client({ ...config, forcePathStyle: true }),
      new SFNClient(config),
      new STSClient(config),
    ];
    const Bucket = sandbox.template.buckets.find(({ logicalId }) => logicalId === 'EvidenceBucket')?.name;
    const [machine] = sandbox.template.stateMachines;
    const Body = Buffer.alloc(10_000, 'x');
    const kinds: readonly (readonly [string, (number: number) => Promise<unknown>])[] = [
      ['sts GetCallerIdentity', () => sts.send(new GetCallerIdentityCommand({}))],
      ['rds DescribeDBInstances', () => rds.send(new DescribeDBInstancesCommand({}))],
      ['states ListExecutions', () => sfn.send(new ListExecutionsCommand({ stateMachineArn: machine?.arn }))],
      ['s3 PutObject, 10 kB', (number) => s3.send(new PutObjectCommand({ Bucket, Key: `bench/${number}`, Body }))],
      [
        's3 GetObject, 10 kB',
        async (number) =>
          (await s3.send(new GetObjectCommand({ Bucket, Key: `bench/${number}` }))).Body?.transformToByteArray(),
      ],
    ];
    for (const [title, call] of kinds) {
      for (let number = 0; number < 20; number += 1) await call(number);
      const milliseconds: number[] = [];
      for (let number = 0; number < calls; number += 1) {
        const from = performance.now();
        await call(number % 20);
        milliseconds.push(performance.now() - from);
      }
      console.log(`${title.padEnd(24)} ${spread(milliseconds, 2)} ms, ${calls} calls, one after another`);
    }
    for (const client of [rds, s3, sfn, sts]) client.destroy();
    // Each refuses an empty input, and its environment is warm.
    for (const { name } of sandbox.template.functions) {
      const operator = { region, caller: sandbox.credentials.operator.caller };
      await sandbox.dispatch('lambda', 'Invoke', { FunctionName: name, Payload: Buffer.from('{}') }, operator);
    }
    console.log(
      `memory, functions warm   ${megabytes()} MB after one call of each of ${sandbox.template.functions.length}`,
    );
  } finally {
    await sandbox.stop();
  }
} finally {
  await rm(directory, { recursive: true, force: true });
}
