// A large database on a slow copy: thousands of tables whose verification lasts minutes, because the copy's server is
// stopped for most of the time, must be exact: `npm run slow-copy -- --tables 5000 --seconds 120`.
import { execFile } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs, promisify } from 'node:util';
import pg from 'pg';
import { invokes, openBackupFixture, region } from '../tests/support/sandbox/backup.ts';

const { values } = parseArgs({
  options: { tables: { type: 'string', default: '5000' }, seconds: { type: 'string', default: '120' } },
});
const tables = Number(values.tables);
const seconds = Number(values.seconds);
/** Milliseconds. */
const pause = { stopped: 1_900, running: 20 };

const fixture = await openBackupFixture({
  database: 'own',
  // Slow enough that the minutes are no hours for the run that waits for the proof: it would end it.
  speed: 30,
  rds: { durations: { create: 30_000, restore: 30_000, automatedBackup: 10_000, delete: 10_000 } },
  fill: async (master) => {
    const client = new pg.Client(master);
    await client.connect();
    for (let from = 1; from <= tables; from += 500) {
      await client.query(`do $$ begin for n in ${from}..${Math.min(tables, from + 499)} loop
execute format('create table t%s (id integer primary key, note text not null)', n);
execute format('insert into t%s select i, md5(i::text) from generate_series(1, 20) i', n);
end loop; end $$`);
    }
    await client.end();
  },
});

/** The postmaster and its sessions as they are now. */
async function processesOf(instance: string): Promise<number[]> {
  const { pid } = fixture.sandbox.rds.inspect.server(region, instance);
  const { stdout } = await promisify(execFile)('pgrep', ['-P', String(pid)]);
  return [pid, ...stdout.trim().split('\n').map(Number)];
}

async function slowDown(instance: string, isWanted: () => boolean): Promise<void> {
  while (isWanted()) {
    const stopped = await processesOf(instance);
    const send = (signal: NodeJS.Signals) => {
      for (const pid of stopped) {
        try {
          process.kill(pid, signal);
        } catch {
          // a session that has ended
        }
      }
    };
    send('SIGSTOP');
    await delay(pause.stopped);
    send('SIGCONT');
    await delay(pause.running);
  }
}

let problem = '';
try {
  let lasted = 0;
  const { evidence, status, cause } = await fixture.run({
    hook: async (call, next) => {
      if (!invokes(call, 'verifyTables')) return next();
      // Not the name of the first attempt's: a snapshot outside its bracket has a second one.
      const copyId = String(/"instanceId":"([^"]+)"/.exec(call.about)?.[1]);
      const since = Date.now();
      const soFar = () => (Date.now() - since) / 1000;
      let isUnderWay = true;
      const slowed = slowDown(copyId, () => isUnderWay && lasted + soFar() < seconds);
      try {
        return await next();
      } finally {
        isUnderWay = false;
        lasted += soFar();
        await slowed;
      }
    },
  });
  const rows = evidence.source?.rows;
  console.log(`${tables} tables, ${rows} rows, VerifyTables ${lasted.toFixed(0)} s: ${status}, ${evidence.verdict}`);
  console.log(evidence.summary);
  if (evidence.verdict !== 'exact') problem = `the verdict is '${evidence.verdict}', exact is required: ${cause}`;
  if (lasted < seconds) problem = `VerifyTables lasted ${lasted.toFixed(0)} s, ${seconds} s are required`;
} finally {
  await fixture.close();
}
if (problem !== '') console.error(problem);
process.exitCode = problem === '' ? 0 : 1;
