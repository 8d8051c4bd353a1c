import assert from 'node:assert/strict';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { parse, stringify } from 'yaml';
import { packageStage } from '../../../sandbox/package/package-stage.ts';
import { asAdministrator } from '../../../sandbox/postgres/administration.ts';
import { flipBitInRow, relationFile } from '../../../sandbox/postgres/damage.ts';
import { type Sandbox, startSandbox } from '../../../sandbox/sandbox.ts';
import { createSource } from '../../../sandbox/source.ts';
import { workflowOf } from '../../../sandbox/template/workflow-of.ts';
import { FleetRecord } from '../../../shared/contracts/nightly-backup.ts';
import { parseOperations } from '../../../shared/policy/validate.ts';
import { region } from './backup.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));

export type FleetFixture = {
  readonly sandbox: Sandbox;
  readonly databases: readonly string[];
  /** An object of the bucket of evidence; throws when it is not there. */
  read(key: string): Promise<string>;
  /** Lets the snapshots of a database restore with one bit of one row inverted. */
  damage(database: string): void;
  /** The secret of a database opens it no more. */
  spoilSecret(database: string): void;
  runNight(): Promise<{
    readonly status: string;
    readonly cause: string;
    readonly record: FleetRecord;
    readonly seconds: number;
  }>;
  /** One database alone, in seconds. */
  runAlone(database: string): Promise<number>;
  close(): Promise<void>;
};

/** A sandbox with so many small databases, each on an instance of its own, that one night backs up. */
export async function openFleetFixture(size: number): Promise<FleetFixture> {
  const place = await mkdtemp(path.join(os.tmpdir(), 'pgd-fleet-'));
  await chmod(place, 0o755); // root's servers run as another user
  const databases = Array.from({ length: size }, (_, index) => `shop-${String(index + 1).padStart(2, '0')}`);
  const policy = parse(await readFile(path.join(root, 'operations.yml'), 'utf8'));
  policy.stages.dev.databases = Object.fromEntries(
    databases.map((name) => [
      name,
      {
        instance: name,
        database: 'shop',
        secretArn: `arn:aws:secretsmanager:us-east-1:123456789012:secret:pg-gameday/dev/${name}`,
      },
    ]),
  );
  policy.stages.dev.maintenance = []; // of a database that is not there
  policy.backupPlan.retention.mostDeletions = Math.max(size, policy.backupPlan.retention.mostDeletions);
  const policies = parseOperations(policy).stages.dev.databases;
  const OPERATIONS_FILE = path.join(place, 'operations.yml');
  await writeFile(OPERATIONS_FILE, stringify(policy));
  const packageDirectory = path.join(place, 'package');
  await packageStage('dev', packageDirectory, { environment: { ...process.env, OPERATIONS_FILE } });

  const damaged = new Map<string, string>();
  const struck = new Set<string>();
  const sandbox: Sandbox = await startSandbox({
    packageDirectory,
    dataDirectory: path.join(place, 'data'),
    region,
    speed: 500,
    rds: { dataChecksums: false },
    intercept: async ({ operation }, input, next) => {
      const snapshot = String((input as Record<string, unknown> | null)?.['DBSnapshotIdentifier'] ?? '');
      const database = [...damaged.keys()].find((name) => snapshot.startsWith(`gd-backup-${name}-`));
      if (operation === 'RestoreDBInstanceFromDBSnapshot' && database !== undefined && !struck.has(snapshot)) {
        struck.add(snapshot); // a second call would mend it
        const data = path.join(sandbox.rds.inspect.snapshotDirectory(region, snapshot), 'data');
        await flipBitInRow(data, damaged.get(database) ?? '');
      }
      return next();
    },
  });
  const call = <T>(service: string, operation: string, input: object) =>
    sandbox.dispatch(service, operation, input, { region, caller: sandbox.credentials.operator.caller }) as Promise<T>;
  const close = async () => {
    await sandbox.stop();
    await rm(place, { recursive: true });
  };
  const run = async (workflow: string, input: object) => {
    const machine = sandbox.template.stateMachines.find(({ name }) => workflowOf(name) === workflow);
    const { executionArn } = await call<{ executionArn: string }>('states', 'StartExecution', {
      stateMachineArn: machine?.arn,
      input: JSON.stringify(input),
    });
    const since = Date.now();
    const end = await sandbox.states.waitForEnd(executionArn);
    return { ...end, name: executionArn.split(':').at(-1) ?? '', seconds: (Date.now() - since) / 1000 };
  };
  const read = async (Key: string) => {
    const Bucket = sandbox.template.buckets.find(({ logicalId }) => logicalId === 'EvidenceBucket')?.name;
    const { Body } = await call<{ Body: NodeJS.ReadableStream | Uint8Array }>('s3', 'GetObject', {
      Bucket,
      Key,
    });
    return Body instanceof Uint8Array ? Buffer.from(Body).toString() : await text(Body);
  };
  const recordOf = async (night: string) =>
    FleetRecord.parse(JSON.parse(await read(`nightly-backup/${night}/record.json`)));
  const files = new Map<string, string>();
  try {
    const left = [...databases];
    const work = async () => {
      for (let name = left.shift(); name !== undefined; name = left.shift()) {
        const policy = policies[name];
        assert.ok(policy);
        await createSource(sandbox, { policy, instanceClass: 'db.t3.micro', fill });
        const server = sandbox.rds.inspect.server(region, name);
        const file = async (client: pg.Client) => {
          await client.query('checkpoint'); // what is damaged must be in the file
          return relationFile(client, 'orders');
        };
        files.set(name, await asAdministrator(server, file, 'shop'));
      }
    };
    await Promise.all([work(), work()]);
    // The first automated backup of an instance keeps it busy.
    await sandbox.rds.inspect.idle();
  } catch (error) {
    await close();
    throw error;
  }
  return {
    sandbox,
    databases,
    read,
    damage: (database) => void damaged.set(database, files.get(database) ?? ''),
    spoilSecret: (database) => {
      const store = sandbox.secrets.secrets.in(region);
      const secret = store.get(policies[database]?.secretArn ?? '');
      store.putValue(secret, { text: '{"username": "gameday", "password": "of-another"}' });
    },
    runNight: async () => {
      const { status, cause, name, seconds } = await run('nightly-backup', {});
      return { status, cause: cause ?? '', record: await recordOf(name), seconds };
    },
    runAlone: async (database) => {
      const { status, cause, seconds } = await run('backup-and-verify', { database });
      assert.equal(status, 'SUCCEEDED', cause ?? '');
      return seconds;
    },
    close,
  };
}

async function fill(master: pg.ClientConfig): Promise<void> {
  const client = new pg.Client(master);
  await client.connect();
  await client.query(`create table orders (id integer primary key, note text not null);
insert into orders select n, 'order ' || n from generate_series(1, 500) n`);
  await client.query('vacuum (freeze, analyze)');
  await client.end();
}
