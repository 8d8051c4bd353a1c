import { readMetrics } from '../aws/cloudwatch.ts';
import { listDatabases } from '../aws/rds-databases.ts';
import { listDatabaseSnapshots } from '../aws/rds-snapshots.ts';
import {
  type Database,
  databaseDays,
  judgeDatabaseSize,
  judgeHours,
  judgeIdleDatabase,
  judgeLeftover,
  useQuestions,
} from '../domain/waste-database.ts';
import { judgeDatabaseSnapshot } from '../domain/waste-database-snapshots.ts';
import { judged } from '../domain/waste-finding.ts';
import { type Look, once } from './waste-look.ts';
import type { WasteSetting } from './waste-rule.ts';

const millisecondsPerDay = 86_400_000;
const secondsPerHour = 3600;

/** The instances of every region first: whether a snapshot's database is gone is told by all of them. */
export function looksAtDatabases(setting: WasteSetting, now: Date): readonly Look[] {
  const { rule, prices, regions, office, sources } = setting;
  const instances = new Map<string, readonly Database[]>();
  const atInstances = regions.flatMap((region): Look[] => {
    const list = once(async () => {
      const databases = await listDatabases(region);
      instances.set(region, databases);
      return databases;
    });
    return [
      {
        part: 'left-overs of drills',
        region,
        // Of these the expiry counts, not the age.
        read: async () =>
          judged(await list(), (one) => judgeLeftover(one, sources, prices, now), { ...rule, graceDays: 0 }, now),
      },
      {
        part: 'use of databases',
        region,
        async read() {
          const databases = await list();
          const from = new Date(now.getTime() - databaseDays * millisecondsPerDay);
          const questions = databases.flatMap(({ id }) => useQuestions(id));
          const answers = await readMetrics(region, questions, { from, to: now, period: secondsPerHour });
          const measured = databases.map((database, index) => {
            const [cpu = [], connections = [], freeableMemory = []] = answers.slice(3 * index, 3 * index + 3);
            return { ...database, use: { cpu, connections, freeableMemory } };
          });
          const hours = office && { ...office, sources, prices };
          return [
            ...judged(measured, (one) => judgeIdleDatabase(one, one.use, prices), rule, now),
            ...judged(measured, (one) => judgeDatabaseSize(one, one.use, prices), rule, now),
            ...judged(measured, (one) => hours && judgeHours(one, one.use, hours), rule, now),
          ];
        },
      },
    ];
  });
  const atSnapshots = regions.map(
    (region): Look => ({
      part: 'database snapshots',
      region,
      async read() {
        const all = await listDatabaseSnapshots(region);
        return judged(all, (one) => judgeDatabaseSnapshot(one, { all, instances, prices, rule, now }), rule, now);
      },
    }),
  );
  return [...atInstances, ...atSnapshots];
}
