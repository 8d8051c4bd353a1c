import {
  assessDatabaseSize,
  assessHours,
  assessIdleDatabase,
  assessLeftover,
  type Database,
  databaseDays,
  useQuestions,
} from '../../domain/waste/database.ts';
import { assessDatabaseSnapshot } from '../../domain/waste/database-snapshots.ts';
import { assessed } from '../../domain/waste/finding.ts';
import type { WasteSetting } from '../../rules/waste.ts';
import { readMetrics } from '../cloudwatch.ts';
import { listDatabases } from '../rds/databases.ts';
import { listDatabaseSnapshots } from '../rds/snapshots.ts';
import { once, type WasteScan } from './look.ts';

const millisecondsPerDay = 86_400_000;
const secondsPerHour = 3600;

/** The instances of every region first: whether a snapshot's database is gone is reported by all of them. */
export function scansOfDatabases(setting: WasteSetting, now: Date): readonly WasteScan[] {
  const { rule, prices, regions, office, sources } = setting;
  const instances = new Map<string, readonly Database[]>();
  const atInstances = regions.flatMap((region): WasteScan[] => {
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
          assessed(await list(), (one) => assessLeftover(one, sources, prices, now), { ...rule, graceDays: 0 }, now),
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
            ...assessed(measured, (one) => assessIdleDatabase(one, one.use, prices), rule, now),
            ...assessed(measured, (one) => assessDatabaseSize(one, one.use, prices), rule, now),
            ...assessed(measured, (one) => hours && assessHours(one, one.use, hours), rule, now),
          ];
        },
      },
    ];
  });
  const atSnapshots = regions.map(
    (region): WasteScan => ({
      part: 'database snapshots',
      region,
      async read() {
        const all = await listDatabaseSnapshots(region);
        return assessed(all, (one) => assessDatabaseSnapshot(one, { all, instances, prices, rule, now }), rule, now);
      },
    }),
  );
  return [...atInstances, ...atSnapshots];
}
