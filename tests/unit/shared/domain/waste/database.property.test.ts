import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { OfficeCalendar } from '../../../../../shared/domain/office-hours/office-hours.ts';
import { classOf, oneDown } from '../../../../../shared/domain/resource/instance-classes.ts';
import { madeBy, tagKeys } from '../../../../../shared/domain/resource/throw-away.ts';
import {
  assessDatabaseSize,
  assessHours,
  assessIdleDatabase,
  assessLeftover,
  type Database,
  type DatabaseUse,
  databaseDays,
} from '../../../../../shared/domain/waste/database.ts';

const gibibyte = 1024 ** 3;
const hours = databaseDays * 24;
const start = Date.parse('2026-05-04T00:00:00Z'); // a Monday
const series = (value: (at: Date, hour: number) => number) =>
  Array.from({ length: hours }, (_, hour) => {
    const at = new Date(start + hour * 3_600_000);
    return { at, value: value(at, hour) };
  });
const database: Database = {
  id: 'reporting',
  resourceId: 'db-REPORTING',
  region: 'us-east-1',
  tags: {},
  createdAt: new Date('2025-01-01'),
  status: 'available',
  engine: 'postgres',
  instanceClass: 'db.r6g.xlarge',
  isMultiAz: false,
  isInCluster: false,
  relatives: [],
};
const prices = {
  volumeGb: {},
  loadBalancer: {},
  databaseClass: { 'db.r6g.xlarge': 328.5, 'db.r6g.large': 164.25 },
};
const use = (change: Partial<Record<keyof DatabaseUse, number>> = {}): DatabaseUse => ({
  cpu: series(() => change.cpu ?? 10),
  connections: series(() => change.connections ?? 20),
  freeableMemory: series(() => (change.freeableMemory ?? 25) * gibibyte),
});
const size = (change: Partial<Database>, measured: DatabaseUse) =>
  assessDatabaseSize({ ...database, ...change }, measured, prices);

describe('a smaller class', () => {
  test('is advised with what it saves and what was measured', () => {
    const verdict = size({}, use());
    assert.equal(verdict?.aMonth, 164.25);
    assert.match(
      verdict?.evidence ?? '',
      /CPU 10\.0 % in the mean.*20 connections.*25\.0 of 32 GiB.*db\.r6g\.large would/,
    );
    assert.match(
      verdict?.action ?? '',
      /modify-db-instance --region us-east-1 .*reporting --db-instance-class db\.r6g\.large/,
    );
    assert.equal(size({ isMultiAz: true }, use())?.aMonth, 328.5);
    assert.equal(size({ instanceClass: 'db.m6g.xlarge' }, use({ freeableMemory: 12 }))?.aMonth, null);
  });

  test('is never below what CPU, memory and connections of any hour need', () => {
    const classes = ['t3', 't4g', 'm5', 'm6g', 'r6g', 'r7i'].flatMap((family) =>
      ['micro', 'small', 'medium', 'large', 'xlarge', '2xlarge', '16xlarge'].map((one) => `db.${family}.${one}`),
    );
    fc.assert(
      fc.property(
        fc.constantFrom(...classes),
        fc.double({ min: 0, max: 100, noNaN: true }),
        fc.integer({ min: 1, max: 5000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.nat({ max: hours - 1 }),
        (instanceClass, cpu, connections, free, busiest) => {
          const now = classOf(instanceClass);
          const smaller = oneDown(instanceClass);
          const memory = (now?.memoryGib ?? 0) * gibibyte;
          const verdict = size(
            { instanceClass },
            {
              cpu: series((_, hour) => (hour === busiest ? cpu : 1)),
              connections: series((_, hour) => (hour === busiest ? connections : 1)),
              freeableMemory: series((_, hour) => (hour === busiest ? free * memory : memory)),
            },
          );
          if (verdict === undefined) return;
          assert.ok(now && smaller && smaller.memoryGib < now.memoryGib);
          assert.ok(memory * (1 - free) <= smaller.memoryGib * gibibyte * 0.8 + 1);
          assert.ok(connections * 9_531_392 <= smaller.memoryGib * gibibyte && connections <= 5000);
          assert.ok(cpu * now.cpus <= 100 * smaller.cpus);
        },
      ),
    );
  });

  test('is not advised when one hour of two weeks would fill it', () => {
    const busyFor = (cpu: number) => size({}, { ...use(), cpu: series((_, hour) => (hour === 100 ? cpu : 1)) });
    assert.equal(busyFor(31), undefined, '62 % of the smaller one');
    assert.notEqual(busyFor(29), undefined);
  });

  test('of a burstable family is held to its baseline', () => {
    const burst = (cpu: number) => size({ instanceClass: 'db.t4g.medium' }, use({ cpu, freeableMemory: 3.5 }));
    assert.equal(burst(11.9)?.kind, 'oversized-database');
    assert.equal(burst(12.1), undefined);
  });

  test('is not advised where hours are missing, and not of the smallest or an unknown class', () => {
    for (const metric of ['cpu', 'connections', 'freeableMemory'] as const) {
      assert.equal(size({}, { ...use(), [metric]: use()[metric].slice(24) }), undefined, metric);
      assert.equal(size({}, { ...use(), [metric]: [] }), undefined, metric);
      assert.equal(size({}, { ...use(), [metric]: series(() => Number.NaN) }), undefined, metric);
    }
    for (const instanceClass of ['db.r6g.large', 'db.t3.micro', 'db.x9.large', 'db.serverless', '']) {
      assert.equal(size({ instanceClass }, use()), undefined, instanceClass);
    }
  });
});

describe('a database', () => {
  const calendar: OfficeCalendar = {
    timeZone: 'UTC',
    days: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'],
    from: '08:00',
    to: '20:00',
    holidays: [],
  };
  const office = { calendar, instances: [], sources: [], prices };
  const byDay = (other: number) => ({
    ...use(),
    connections: series((at) =>
      at.getUTCHours() >= 8 && at.getUTCHours() < 20 && at.getUTCDay() % 6 !== 0 ? 5 : other,
    ),
  });

  test('to which nobody connected is idle, and is deleted with a final snapshot only', () => {
    const verdict = assessIdleDatabase(database, use({ connections: 0 }), prices);
    assert.equal(verdict?.aMonth, 328.5);
    assert.match(verdict?.action ?? '', /delete-db-instance .*--final-db-snapshot-identifier reporting-final$/);
    assert.doesNotMatch(verdict?.action ?? '', /skip-final-snapshot/);
    const once = { ...use(), connections: series((_, hour) => (hour === 100 ? 1 : 0)) };
    assert.equal(assessIdleDatabase(database, once, prices), undefined);
    assert.equal(assessIdleDatabase(database, { ...use(), connections: [] }, prices), undefined);
  });

  test('that runs out of hours for nobody costs the hours in which it could be stopped', () => {
    const verdict = assessHours(database, byDay(0), office);
    // Ten working days of twelve hours are open.
    assert.equal(verdict?.aMonth, Math.round(328.5 * ((hours - 120) / hours) * 100) / 100);
    assert.match(verdict?.evidence ?? '', /no connection in 216 hours out of office hours/);
    assert.equal(assessHours(database, byDay(1), office), undefined);
    assert.equal(assessHours(database, use({ connections: 0 }), office), undefined, 'it is idle at all hours');
    assert.equal(assessHours(database, byDay(0), { ...office, instances: ['reporting'] }), undefined);
    assert.equal(assessHours(database, byDay(0), { ...office, sources: ['reporting'] }), undefined);
  });

  test('that is a throw-away copy is left over once its expiry has passed; what only looks like one is named', () => {
    const now = new Date('2026-05-20T12:00:00Z');
    const tags = {
      [tagKeys.madeBy]: madeBy,
      [tagKeys.purpose]: 'throw-away copy',
      [tagKeys.execution]: 'night-1',
      [tagKeys.expiresAt]: '2026-05-20T06:00:00.000Z',
    };
    const assess = (change: Partial<Database>) =>
      assessLeftover({ ...database, id: 'gd-copy-fantasy-1', tags, ...change }, ['fantasy-prod'], prices, now);
    const expired = assess({});
    assert.deepEqual([expired?.kind, expired?.aMonth, expired?.difficulty], ['drill-leftover', 328.5, 'easy']);
    assert.match(expired?.evidence ?? '', /expired at 2026-05-20T06:00/);
    assert.equal(assess({ tags: { ...tags, [tagKeys.expiresAt]: '2026-05-20T18:00:00.000Z' } }), undefined);
    assert.equal(assess({ status: 'deleting' }), undefined);
    assert.equal(assessLeftover(database, [], prices, now), undefined);
    const odd = assess({ tags: {} });
    assert.equal(odd?.difficulty, 'careful');
    assert.match(odd?.evidence ?? '', /looks like a throw-away copy, but lacks the tag/);
    assert.doesNotMatch(odd?.action ?? '', /aws rds/);
  });

  test('that is a copy, a replica, has one, is in a cluster or not available is never advised about', () => {
    const changes: Partial<Database>[] = [
      { tags: { [tagKeys.madeBy]: madeBy } },
      { relatives: ['other'] },
      { isInCluster: true },
      { status: 'modifying' },
      { engine: 'mysql' },
    ];
    for (const change of changes) {
      const one = { ...database, ...change };
      const verdicts = [
        assessIdleDatabase(one, use({ connections: 0 }), prices),
        assessDatabaseSize(one, use(), prices),
        assessHours(one, byDay(0), office),
      ];
      assert.deepEqual(verdicts, [undefined, undefined, undefined], JSON.stringify(change));
    }
  });
});
