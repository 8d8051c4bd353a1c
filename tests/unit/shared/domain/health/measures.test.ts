import assert from 'node:assert/strict';
import { bloatPercent, expectedPages, unassessedTables } from '../../../../../shared/domain/health/bloat.ts';
import { secondsSince, withClock } from '../../../../../shared/domain/health/clocks.ts';
import { connectionsUsedPercent, idsUsedPercent, stopAge } from '../../../../../shared/domain/health/limits.ts';
import type { BloatReading, SlotReading, TransactionReading } from '../../../../../shared/domain/health/reading.ts';
import { replicationLag, withBeat } from '../../../../../shared/domain/health/replication-lag.ts';
import { inactiveSlots, longestInactive, lostSlots, retainedBytes } from '../../../../../shared/domain/health/slots.ts';
import { longestTransaction } from '../../../../../shared/domain/health/transactions.ts';
import { longestOverdue, overdueVacuums } from '../../../../../shared/domain/health/vacuum.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

describe('connections', () => {
  test('are counted against those that an application may have', () => {
    const server = { maxConnections: 100, superuserReserved: 3, reserved: 5, rdsReserved: 2 };
    assert.equal(connectionsUsedPercent(81, server), 90);
    assert.equal(connectionsUsedPercent(1, { ...server, maxConnections: 10 }), 100, 'nothing is left for anybody');
  });
});

describe('transaction ids', () => {
  test('are all used when the server takes no more commands, 3 million before the end', () => {
    assert.equal(stopAge, 2_144_483_647);
    assert.deepEqual(idsUsedPercent({ transactionIds: stopAge, multixacts: stopAge / 2 }), {
      transactionIds: 100,
      multixacts: 50,
    });
  });

  test('of a database that autovacuum is about to freeze are far from it', () => {
    assert.ok(idsUsedPercent({ transactionIds: 200_000_000, multixacts: 400_000_000 }).multixacts < 20);
  });
});

describe('a moment of the server', () => {
  const clocks = [0, 1, 2].map((minute) => ({ at: minute * MINUTE, server: minute * MINUTE + 500 }));

  test('is as old as by the clock of the collector', () => {
    assert.equal(secondsSince(clocks, 60.5), 60);
    assert.equal(secondsSince(clocks, -600), 720.5, 'older than every pass that is known');
  });

  test('gets no older by a clock that is set forward, whatever began before or after', () => {
    const jumped = withClock(clocks, { at: 3 * MINUTE, server: 3 * MINUTE + HOUR });
    assert.equal(secondsSince(jumped, 60.5), 120);
    assert.equal(secondsSince(jumped, (3 * MINUTE + HOUR) / 1000), 0);
    assert.equal(secondsSince(withClock(jumped, { at: 4 * MINUTE, server: 4 * MINUTE + HOUR }), 60.5), 180);
  });

  test('is not in the future after one that is set back', () => {
    assert.equal(secondsSince(withClock(clocks, { at: 3 * MINUTE, server: -HOUR }), 120.5), 60);
  });
});

describe('the longest transaction', () => {
  const clocks = [{ at: HOUR, server: HOUR }];
  const rule = { copySeconds: 1800, ownSeconds: 1200 };
  const begun = (secondsAgo: number, more: Partial<TransactionReading> = {}): TransactionReading => ({
    ...{ pid: 1, startedAt: 3600 - secondsAgo, copies: false, isOurs: false },
    ...more,
  });
  const longest = (transactions: TransactionReading[], preparedAt: number | null = null) =>
    longestTransaction({ transactions, preparedAt }, clocks, rule);

  test('is none without any', () => assert.equal(longest([]), 0));

  test('may be of a session, or prepared', () => {
    assert.equal(longest([begun(400), begun(900)]), 900);
    assert.equal(longest([begun(5)], 2600), 1000);
  });

  test('is no COPY and no snapshot of a backup inside its limit, and is one beyond', () => {
    assert.equal(longest([begun(1800, { copies: true }), begun(1200, { isOurs: true }), begun(5)]), 5);
    assert.equal(longest([begun(1801, { copies: true }), begun(5)]), 1801);
    assert.equal(longest([begun(1201, { isOurs: true })]), 1201);
  });
});

describe('a slot', () => {
  const clocks = [{ at: HOUR, server: HOUR }];
  const slot = (more: Partial<SlotReading>): SlotReading => ({
    ...{ name: 'a', isActive: false, isTemporary: false, isSynced: false, walStatus: 'reserved' },
    ...{ retainedBytes: 0, inactiveSince: null },
    ...more,
  });
  const inactive = (one: SlotReading, before = {}) => longestInactive(inactiveSlots([one], before, clocks, HOUR), HOUR);

  test('has no consumer since the server says so, or since it was first seen so', () => {
    assert.equal(inactive(slot({ inactiveSince: 3000 })), 600);
    assert.equal(inactive(slot({}), { a: HOUR - 5 * MINUTE }), 300);
    assert.equal(inactive(slot({})), 0, 'one that was just made');
  });

  test('that is consumed, temporary, or a copy on a standby misses nobody', () => {
    for (const more of [{ isActive: true }, { isTemporary: true }, { isSynced: true }]) {
      assert.equal(inactive(slot({ ...more, inactiveSince: 0 })), 0);
    }
  });

  test('retains, consumed or not, and is lost when its log is', () => {
    const slots = [slot({ retainedBytes: 5 }), slot({ retainedBytes: 19e9, isActive: true, walStatus: 'unreserved' })];
    assert.deepEqual([retainedBytes(slots), lostSlots(slots)], [19e9, 1]);
    assert.equal(lostSlots([slot({ walStatus: 'extended' }), slot({ walStatus: null })]), 0);
  });
});

describe('replication lag', () => {
  const beats = [1, 2, 3].map((beat) => ({ beat, at: beat * MINUTE }));

  test('is nothing when the newest beat has arrived, however idle the primary is', () => {
    assert.equal(replicationLag(beats, 3, 3 * MINUTE + 500), 0);
  });

  test('is the age of the oldest beat that has not arrived', () => {
    assert.equal(replicationLag(beats, 2, 3 * MINUTE + 2000), 2);
    assert.equal(replicationLag(beats, 1, 3 * MINUTE + 2000), 62);
    assert.equal(replicationLag(beats, undefined, 3 * MINUTE), 120, 'it has none at all');
  });

  test('is not known without a beat', () => assert.equal(replicationLag([], 7, 0), undefined));

  test('goes by the beats since the row of the heartbeat was made anew', () => {
    assert.deepEqual(withBeat(beats, { beat: 1, at: 4 * MINUTE }), [{ beat: 1, at: 4 * MINUTE }]);
  });
});

describe('a vacuum that does not come to its end', () => {
  const table = (progress: string | null, vacuums = 7) => [{ table: 'public.t', vacuums, progress }];
  const after = (...passes: ReturnType<typeof table>[]) => {
    let overdue = {};
    for (const [minute, tables] of passes.entries()) overdue = overdueVacuums(tables, overdue, minute * MINUTE);
    return longestOverdue(overdue, (passes.length - 1) * MINUTE);
  };

  test('is counted from the pass that first saw the table wait', () => {
    assert.equal(after(table(null)), 0);
    assert.equal(after(table(null), table(null), table(null)), 120);
  });

  test('is counted on through workers that are cancelled: each is another process, and comes no further', () => {
    assert.equal(after(table('10:scanning 5'), table('11:scanning 9'), table('12:scanning 2')), 120);
    assert.equal(after(table('10:scanning 5'), table(null), table('12:scanning 7')), 120);
  });

  test('is none while one process comes further, or after one has ended', () => {
    assert.equal(after(table('10:scanning 5'), table('10:scanning 6'), table('10:vacuuming 1')), 0);
    assert.equal(after(table(null), table(null), table(null, 8)), 0);
    assert.equal(after(table(null), [], table(null)), 0);
  });

  test('is one when its process hangs', () => {
    assert.equal(after(table('10:scanning 5'), table('10:scanning 5'), table('10:scanning 5')), 120);
  });
});

describe('bloat', () => {
  const loaded: BloatReading = {
    ...{ table: 'public.t', pages: 13_000, liveRows: 1_000_000, rowBytes: 68, columns: 5, hasNulls: false },
    fillfactor: 100,
  };

  test('is what the live rows would not need', () => {
    assert.equal(expectedPages(loaded), 12_346);
    const half = bloatPercent([{ ...loaded, liveRows: 500_000 }], 1000) ?? 0;
    assert.ok(Math.abs(half - 52.5) < 0.1, String(half));
  });

  test('is not what the fillfactor reserves', () => {
    const share = bloatPercent([{ ...loaded, fillfactor: 70, pages: 17_860 }], 1000) ?? 100;
    assert.ok(share < 2, String(share));
  });

  test('is not known of a table without statistics, and nobody asks it of a small one', () => {
    const unknown = { ...loaded, rowBytes: null };
    assert.equal(bloatPercent([unknown], 1000), undefined);
    assert.deepEqual(unassessedTables([unknown, { ...unknown, pages: 10 }], 1000), ['public.t']);
    assert.equal(bloatPercent([{ ...loaded, liveRows: 0, pages: 999 }], 1000), 0);
  });
});
