import { loginOfApplication } from '../../../sandbox/demo/application.ts';
import { startWriters } from '../../../sandbox/demo/writers.ts';
import type { BackupFixture } from './backup.ts';

export type SoakedRun = {
  readonly verdict: string;
  readonly summary: string;
  /** Committed transactions a second between S1 and S2. */
  readonly perSecond: number;
  readonly bracketSeconds: number;
  readonly rows: number;
  readonly unverifiableRows: number;
  readonly seconds: number;
};

/** Runs backup-and-verify again and again while writers work on the demo. Nothing is damaged: each must be proven. */
export async function* soak(
  fixture: BackupFixture,
  {
    runs,
    targetPerSecond,
    clients = 6,
  }: { readonly runs: number; readonly targetPerSecond: number; readonly clients?: number },
): AsyncGenerator<SoakedRun> {
  const writers = await startWriters(await loginOfApplication(fixture.source.master), { clients, targetPerSecond });
  try {
    for (let run = 0; run < runs; run += 1) {
      // S1 is taken just before the snapshot is asked for; S2 just before the function answers.
      const bracket = { from: 0, to: 0, before: 0, after: 0 };
      const { evidence, seconds } = await fixture.run({
        hook: async ({ operation }, next) => {
          if (operation === 'CreateDBSnapshot')
            Object.assign(bracket, { from: performance.now(), before: writers.committed() });
          const output = await next();
          // The witness is stored when both are past.
          if (operation === 'DescribeDBSnapshots')
            Object.assign(bracket, { to: performance.now(), after: writers.committed() });
          return output;
        },
      });
      const bracketSeconds =
        (Date.parse(evidence.snapshot?.s2At ?? '') - Date.parse(evidence.snapshot?.s1At ?? '')) / 1000;
      yield {
        verdict: evidence.verdict,
        summary: evidence.summary,
        perSecond: (1000 * (bracket.after - bracket.before)) / (bracket.to - bracket.from),
        bracketSeconds,
        rows: Number(evidence.source?.rows ?? 0),
        unverifiableRows: evidence.tables.reduce((sum, table) => sum + table.unverifiableRows, 0),
        seconds,
      };
    }
  } finally {
    await writers.stop();
  }
}
