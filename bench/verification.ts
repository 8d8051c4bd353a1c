/**
 * Verification speed on one restored copy, all in turn on the same data:
 *   ours     the Lambda verifyTables, whole: witness read, every table compared, rungs stored
 *   bare     the hash query alone, same connections, same chunks
 *   records  the same query with the bytes of whole records, as rows were hashed before
 *   dump     pg_dump | sha256sum
 * and then the source's side, the witness, beside the same two (source-side.ts); of many small tables: many-tables.ts.
 *
 *   npm run package && npm run bench:verification -- [megabytes] [runs] [fantasy | accounts]
 *
 * `fantasy` is the demo, wide rows of every type; `accounts` has pgbench's narrow rows, of which the figures in the
 * literature are.
 */
import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { promisify } from 'node:util';
import pg from 'pg';
import { loadDemo } from '../sandbox/demo/load.ts';
import { findClientTools } from '../sandbox/postgres/client-tools.ts';
import { startSandbox } from '../sandbox/sandbox.ts';
import { createSource, endpointOf } from '../sandbox/source.ts';
import { planChunks } from '../shared/domain/verification/chunks.ts';
import { withConnection } from '../shared/pg/session/connect.ts';
import { withSessionPool } from '../shared/pg/session/session-pool.ts';
import { rowHashSql } from '../shared/pg/witness/column-hash.ts';
import { parseRelations, relationsSql } from '../shared/pg/witness/relations.ts';
import { sumSql } from '../shared/pg/witness/row-hash.ts';
import { readOperationsFile } from '../shared/policy/read-file.ts';
import { measureSource, sourceLines } from './source-side.ts';

const megabytes = Number(process.argv[2] ?? 1000);
const runs = Number(process.argv[3] ?? 5);
const isNarrow = process.argv[4] === 'accounts';
const operations = readOperationsFile(new URL('../operations.yml', import.meta.url));
const policy = operations.stages.dev.databases['fantasy'];
if (policy === undefined) throw new Error("database 'fantasy' is not in stage 'dev' of operations.yml");
const { connections } = operations.backupPlan.copy;
const recordHash = 'hashbyteaextended(record_send(gd_row.*), 0)';
const dataDirectory = path.join(tmpdir(), `pg-gameday-bench-${process.pid}`);

type Payload = { instanceId: string };
let onVerified: (payload: Payload) => void = () => {};
let release: () => void = () => {};
const verified = new Promise<Payload>((resolve) => {
  onVerified = resolve;
});
const measured = new Promise<void>((resolve) => {
  release = resolve;
});
let reportLine = '';

const sandbox = await startSandbox({
  packageDirectory: new URL('../dist/dev', import.meta.url).pathname,
  dataDirectory,
  region: operations.stages.dev.region,
  speed: 200,
  // The copy is measured where the workflow would delete it.
  intercept: async ({ service, operation }, input, next) => {
    const call = input as { FunctionName?: string; Payload?: Uint8Array };
    if (
      service === 'lambda' &&
      operation === 'Invoke' &&
      call.FunctionName?.includes('verifyTables') &&
      call.Payload !== undefined
    ) {
      onVerified(JSON.parse(Buffer.from(call.Payload).toString()) as Payload);
    }
    if (service === 'lambda' && operation === 'Invoke' && call.FunctionName?.includes('deleteCopy')) await measured;
    return next();
  },
  onLog: (_region, group, { message }) => {
    if (group.includes('verifyTables') && message.startsWith('REPORT')) reportLine = message.trim();
  },
});

try {
  const operator = { region: sandbox.region, caller: sandbox.credentials.operator.caller };
  const fill = isNarrow
    ? loadAccounts
    : async (master: pg.ClientConfig) => void (await loadDemo(master, { megabytes }));
  await createSource(sandbox, { policy, fill });
  const started = (await sandbox.dispatch(
    'states',
    'StartExecution',
    {
      stateMachineArn: sandbox.template.stateMachines.find(({ name }) => name === 'backup-and-verify-dev')?.arn,
      input: JSON.stringify({ database: 'fantasy' }),
    },
    operator,
  )) as { executionArn: string };
  const payload = await verified;
  const endpoint = await endpointOf(sandbox, payload.instanceId, policy.database);
  const text = (await sandbox.dispatch(
    'secretsmanager',
    'GetSecretValue',
    { SecretId: policy.secretArn },
    operator,
  )) as {
    SecretString: string;
  };
  const { username, password } = JSON.parse(text.SecretString) as { username: string; password: string };
  process.env['PGSSLROOTCERT'] = sandbox.rds.inspect.certificateAuthorityPath;
  const target = {
    host: '127.0.0.1',
    port: Number(endpoint.port),
    database: policy.database,
    user: username,
    password,
  };
  const relations = await withConnection(target, { purpose: 'bench', readOnly: true }, async (client) =>
    parseRelations((await client.query<Record<string, unknown>>(relationsSql)).rows, username).filter(
      ({ gap }) => gap === undefined,
    ),
  );
  const bytes = relations.reduce((sum, relation) => sum + relation.bytes, 0);
  const functionName = sandbox.template.functions.find(({ logicalId }) => logicalId.startsWith('VerifyTables'))?.name;

  const ours = async () => {
    const answer = (await sandbox.dispatch(
      'lambda',
      'Invoke',
      { FunctionName: functionName, Payload: Buffer.from(JSON.stringify(payload)) },
      operator,
    )) as {
      FunctionError?: string;
      Payload: Uint8Array;
    };
    if (answer.FunctionError !== undefined) throw new Error(Buffer.from(answer.Payload).toString());
  };
  const query = (sqlOf: typeof sumSql) =>
    withSessionPool(target, { purpose: 'bench', readOnly: true, size: connections }, (pool) =>
      pool.forEach(
        relations.flatMap((relation) => planChunks(relation.bytes).map((range) => ({ relation, range }))),
        async (client, { relation, range }) => {
          await client.query(sqlOf(relation, range));
        },
      ),
    );
  const tools = await findClientTools(18);
  const dump = async (port = target.port) => {
    const url = `postgresql://${username}@127.0.0.1:${port}/${policy.database}?sslmode=verify-ca`;
    await promisify(execFile)('sh', ['-c', `'${tools.pgDump}' --enable-row-security '${url}' | sha256sum`], {
      env: { ...process.env, PGPASSWORD: password },
      maxBuffer: 1 << 20,
    });
  };

  const bare = () => query(sumSql);
  const records = () =>
    query((relation, range) =>
      sumSql(relation, range).replace(rowHashSql(relation.columns, relation.method), recordHash),
    );
  const contenders = { ours, bare, records, dump };
  const times: Record<keyof typeof contenders, number[]> = { ours: [], bare: [], records: [], dump: [] };
  for (const contender of Object.values(contenders)) await contender();
  for (let run = 0; run < runs; run += 1) {
    for (const [name, contender] of Object.entries(contenders) as [keyof typeof contenders, () => Promise<void>][]) {
      const from = performance.now();
      await contender();
      times[name].push((performance.now() - from) / 1000);
    }
  }
  const ratios = (other: 'bare' | 'records' | 'dump') =>
    times[other].map((seconds, run) => seconds / (times.ours[run] ?? Number.NaN));
  const row = (name: keyof typeof contenders) =>
    `${name.padEnd(8)} ${spread(times[name], 2)} s   ${(bytes / 1e6 / median(times[name])).toFixed(0)} MB/s of heap`;
  console.log(
    `${Math.round(bytes / 1e6)} MB of heap in ${relations.length} tables, ${connections} connections, ${runs} runs in turn: median (min to max)`,
  );
  for (const name of ['ours', 'bare', 'records', 'dump'] as const) console.log(row(name));
  console.log(`speed of ours / bare hash query  ${spread(ratios('bare'), 2)}   target 0.9`);
  console.log(`speed of ours / records          ${spread(ratios('records'), 2)}`);
  console.log(`speed of ours / pg_dump|sha256   ${spread(ratios('dump'), 2)}   target 2`);
  console.log(reportLine);
  const source = await endpointOf(sandbox, policy.instance, policy.database);
  const sourceTarget = { ...target, port: Number(source.port) };
  const measuredSource = await measureSource(sourceTarget, { connections, runs, dump: () => dump(sourceTarget.port) });
  for (const line of sourceLines(measuredSource)) console.log(line);
  release();
  await sandbox.states.waitForEnd(started.executionArn);
} finally {
  release();
  await sandbox.stop();
  await rm(dataDirectory, { recursive: true, force: true });
}

/** The table pgbench_accounts: 131 bytes of heap a row. */
async function loadAccounts(master: pg.ClientConfig): Promise<void> {
  const client = new pg.Client(master);
  await client.connect();
  try {
    const rows = Math.round((megabytes * 1e6) / 131);
    await client.query(
      `create table accounts (aid integer primary key, bid integer, abalance integer, filler character(84))`,
    );
    await client.query(`insert into accounts select n, n / 100000, 0, '' from generate_series(1, ${rows}) as n`);
    await client.query('vacuum analyze accounts');
  } finally {
    await client.end();
  }
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

function spread(values: readonly number[], digits: number): string {
  return `${median(values).toFixed(digits)} (${Math.min(...values).toFixed(digits)} to ${Math.max(...values).toFixed(digits)})`;
}
