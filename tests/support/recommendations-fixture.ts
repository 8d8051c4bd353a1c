import { type ChildProcess, execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { openRecommendations, type RecommendationStore } from '../../operator/recommendations/store.ts';
import { makeCredentials } from '../../sandbox/credentials.ts';
import { makeS3 } from '../../sandbox/services/s3/s3.ts';
import { makeSts } from '../../sandbox/services/sts/sts.ts';
import type { Intercept } from '../../sandbox/wire/dispatch.ts';
import type { Service } from '../../sandbox/wire/service.ts';
import { startTestWire } from './start-wire.ts';

export const Bucket = 'evidence';

export type RecommendationsFixture = {
  readonly client: S3Client;
  readonly recommendations: RecommendationStore;
  /** What the command needs to find the wire. */
  readonly environment: Readonly<Record<string, string>>;
  /** What a test does when a call comes. */
  intercept: Intercept | undefined;
  /** npm run recommendations, in a process of its own. */
  run(...args: string[]): Promise<{ readonly code: number; readonly text: string }>;
  /** Kills the command that runs. */
  kill(): void;
  close(): Promise<void>;
};

/** An evidence bucket, and what else the commands of a test ask. */
export async function openRecommendationsFixture(services: readonly Service[] = []): Promise<RecommendationsFixture> {
  const directory = await mkdtemp(join(tmpdir(), 'sandbox-recommendations-'));
  const credentials = makeCredentials();
  let running: ChildProcess | undefined;
  const wire = await startTestWire([makeS3({ directory }), makeSts({ credentials }), ...services], {
    credentials,
    intercept: (context, input, next) => fixture.intercept?.(context, input, next) ?? next(),
  });
  const client = new S3Client({ ...wire.client, forcePathStyle: true });
  const environment = {
    AWS_ENDPOINT_URL: wire.endpoint,
    AWS_REGION: wire.client.region,
    AWS_ACCESS_KEY_ID: wire.client.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: wire.client.credentials.secretAccessKey,
  };
  const main = fileURLToPath(new URL('../../operator/recommendations/main.ts', import.meta.url));
  const fixture: RecommendationsFixture = {
    client,
    recommendations: openRecommendations(client, Bucket),
    environment,
    intercept: undefined,
    run: (...args) =>
      new Promise((resolve) => {
        const env = { ...process.env, ...environment };
        running = execFile(process.execPath, [main, ...args, '--bucket', Bucket], { env }, (error, stdout, stderr) =>
          resolve({ code: error === null ? 0 : Number(error.code), text: stdout + stderr }),
        );
      }),
    kill: () => void running?.kill('SIGKILL'),
    async close() {
      client.destroy();
      await wire.stop();
      await rm(directory, { recursive: true });
    },
  };
  await client.send(new CreateBucketCommand({ Bucket }));
  return fixture;
}
