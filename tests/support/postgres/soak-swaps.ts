import { openBackupFixture } from '../sandbox/backup.ts';
import { fillSwapped, startSwaps } from './swaps.ts';

/** Runs backup-and-verify while DDL goes on: each must be proven, and none may break off. Answers the exit code. */
export async function soakSwaps({
  runs,
  tables,
  speed,
  durations,
}: {
  readonly runs: number;
  readonly tables: number;
  readonly speed: number;
  readonly durations: Readonly<Record<string, number>>;
}): Promise<number> {
  const fixture = await openBackupFixture({
    database: 'own',
    speed,
    rds: { durations },
    fill: (master) => fillSwapped(master, tables),
  });
  const problems: string[] = [];
  try {
    const swaps = await startSwaps(fixture.source.master);
    try {
      for (let run = 1; run <= runs; run += 1) {
        const before = swaps.swaps();
        const { evidence, status, cause, seconds } = await fixture.run();
        const gaps = evidence.tables.filter((table) => table.status === 'unverifiable');
        console.log(
          [run, swaps.swaps() - before, evidence.verdict, evidence.source?.rows, gaps.length, seconds.toFixed(1)].join(
            '  ',
          ),
        );
        for (const { table, reason } of gaps) console.log(`      ${table} ${reason}`);
        if (status !== 'SUCCEEDED')
          problems.push(`run ${run}: ${evidence.failure === null ? 'false alarm' : 'abort'}: ${cause}`);
      }
    } finally {
      await swaps.stop();
    }
  } finally {
    await fixture.close();
  }
  console.log(problems.length === 0 ? `no false alarm and no abort in ${runs} runs` : problems.join('\n'));
  return problems.length === 0 ? 0 : 1;
}
