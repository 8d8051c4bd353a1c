// A sound backup under load must never be called unsound: `npm run soak -- --runs 20`; with `--shape swapped` under DDL:
// 600 tables, of which a table, a view and a partition are swapped every 0.3 s and one is locked for 5 s of each 10 s.
import { parseArgs } from 'node:util';
import { loadDemo } from '../sandbox/demo/load.ts';
import { soakSwaps } from '../tests/support/postgres/soak-swaps.ts';
import { openBackupFixture } from '../tests/support/sandbox/backup.ts';
import { soak } from '../tests/support/sandbox/soak.ts';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '20' },
    megabytes: { type: 'string', default: '60' },
    'writes-per-second': { type: 'string', default: '450' },
    shape: { type: 'string', default: 'demo' },
    tables: { type: 'string', default: '600' },
  },
});
/** Below this the statement is not made. */
const leastPerSecond = 300;
/** The upload of a snapshot lasts 4 s at this speed, so that every bracket has its margin of 5 s. */
const speed = 20;
/** Milliseconds before `speed`: what lies outside the bracket is only waited for. */
const durations = { create: 30_000, restore: 30_000, automatedBackup: 10_000, delete: 10_000 };

if (values.shape === 'swapped') {
  process.exit(await soakSwaps({ runs: Number(values.runs), tables: Number(values.tables), speed, durations }));
}
const fixture = await openBackupFixture({
  speed,
  rds: { durations },
  fill: async (master) => {
    await loadDemo(master, { megabytes: Number(values.megabytes) });
  },
});
const problems: string[] = [];
try {
  const columns = ['run', 'tps', 'bracket s', 'verdict', 'rows', 'unverifiable', 'seconds'];
  const line = (cells: readonly (string | number)[]) =>
    console.log(cells.map((cell) => String(cell).padStart(12)).join(''));
  line(columns);
  let run = 0;
  const targetPerSecond = Number(values['writes-per-second']);
  for await (const result of soak(fixture, { runs: Number(values.runs), targetPerSecond })) {
    run += 1;
    const { perSecond, bracketSeconds, verdict, rows, unverifiableRows, seconds } = result;
    line([run, Math.round(perSecond), bracketSeconds.toFixed(1), verdict, rows, unverifiableRows, seconds.toFixed(1)]);
    if (verdict !== 'exact' && verdict !== 'bounded') problems.push(`run ${run}: false alarm: ${result.summary}`);
    if (perSecond < leastPerSecond)
      problems.push(`run ${run}: ${Math.round(perSecond)} transactions a second, ${leastPerSecond} are required`);
  }
  console.log(problems.length === 0 ? `no false alarm in ${run} runs` : problems.join('\n'));
} finally {
  await fixture.close();
}
process.exitCode = problems.length === 0 ? 0 : 1;
