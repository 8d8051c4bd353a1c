import assert from 'node:assert/strict';
import { generateBill } from '../../../../../sandbox/cost-series/bill.ts';
import type { CollectedCosts, CostEvent } from '../../../../../shared/contracts/cost-report.ts';
import { analyseCosts, type CostRule } from '../../../../../shared/domain/cost/analysis.ts';
import { collectedCosts } from '../../../../../shared/domain/cost/collected.ts';
import { dayOf, isoDate } from '../../../../../shared/domain/cost/days.ts';
import { periodOf } from '../../../../../shared/domain/cost/edition.ts';
import { causesInPlaces } from '../../../../../shared/domain/cost/places.ts';
import type { CostRow } from '../../../../../shared/domain/cost/series.ts';
import { severityOf } from '../../../../../shared/domain/cost/severity.ts';

const rule: CostRule = {
  minimumMoney: 10,
  minimumShare: 0.2,
  minimumMissingMoney: 2,
  severities: { P2: 500, P3: 50 },
  budget: 20_000,
  currency: 'USD',
};
const lastDay = dayOf('2026-05-19');
const days = 140;
const from = isoDate(lastDay - days + 1);
const to = isoDate(lastDay + 1);

/** A week that repeats itself: 40, and half of it on weekends. */
const usual = (index: number) => ([0, 6].includes((lastDay - days + 1 + index + 4) % 7) ? 20 : 40);
type Line = { service: string; usageType: string; amount(index: number): number };
const quiet = (service: string, usageType: string): Line => ({ service, usageType, amount: usual });

/** What Cost Explorer would report of these lines, all in one place and without a tag. */
function report(lines: readonly Line[], change: (rows: readonly CostRow[]) => readonly CostRow[] = (rows) => rows) {
  const rows = (keys: (line: Line) => readonly string[]) =>
    lines.flatMap((line) =>
      Array.from({ length: days }, (_, index): CostRow => {
        const date = isoDate(lastDay - days + 1 + index);
        return { date, keys: keys(line), amount: line.amount(index), currency: 'USD' };
      }),
    );
  const reported = {
    from,
    to,
    totals: rows(() => []),
    parts: change(rows(({ service, usageType }) => [service, usageType])),
    places: rows(() => ['123456789012', 'us-east-1']),
    tags: rows(() => ['pg-gameday:workflow$']),
  };
  return collectedCosts(reported, [], []);
}
const ofLast =
  (count: number, amount: number): Line['amount'] =>
  (index) =>
    usual(index) + (index >= days - count ? amount : 0);

describe('the analysis of a bill', () => {
  test('of quiet weeks reports nothing and calls nobody', () => {
    const { events, severity, notes, edition } = analyseCosts(report([quiet('a', 'x'), quiet('a', 'y')]), rule);
    assert.deepEqual([events, severity, notes, edition], [[], 'P4', [], 'daily']);
  });

  test('makes one event of a service whose usage types rise together, with its cause', () => {
    const costs = report([
      quiet('a', 'w'),
      { service: 'b', usageType: 'x', amount: ofLast(1, 300) },
      { service: 'b', usageType: 'y', amount: ofLast(1, 90) },
      quiet('c', 'z'),
    ]);
    const { events, severity } = analyseCosts(costs, rule);
    assert.equal(events.length, 1);
    const [event] = events;
    assert.deepEqual(
      [event?.service, event?.usageTypes, event?.isNew, event?.days, Math.round(event?.aDay ?? 0)],
      ['b', ['x', 'y'], true, 1, 390],
    );
    assert.deepEqual(
      event?.causes.map(({ dimension, value }) => [dimension, value]),
      [
        ['service', 'b'],
        ['usageType', 'x'],
      ],
    );
    assert.equal(severity, 'P3');
  });

  test('calls for an excess once: the next day it is reported and not new', () => {
    const reported = (count: number) =>
      analyseCosts(report([quiet('a', 'w'), { service: 'b', usageType: 'x', amount: ofLast(count, 600) }]), rule);
    assert.deepEqual([reported(1).severity, reported(1).events[0]?.isNew], ['P2', true]);
    assert.deepEqual(
      [reported(2).severity, reported(2).events[0]?.isNew, reported(2).events[0]?.days],
      ['P4', false, 2],
    );
  });

  test('reports a cost that has stopped, and never as less than a P3', () => {
    const stopped: Line = { service: 'b', usageType: 'x', amount: (index) => (index >= days - 2 ? 0 : usual(index)) };
    const { events, severity } = analyseCosts(report([quiet('a', 'w'), stopped]), rule);
    assert.deepEqual(
      events.map(({ service, kind, isNew }) => [service, kind, isNew]),
      [['b', 'missing', true]],
    );
    assert.equal(severity, 'P3');
  });

  test('holds the forecast of the month against the budget, in the same currency only', () => {
    const costs = report([quiet('a', 'x')]);
    const { month } = analyseCosts(costs, rule);
    // 31 days of May 2026 with ten days of weekends: 21 × 40 + 10 × 20.
    assert.ok(Math.abs((month.forecast?.total ?? 0) - 1040) < 5, String(month.forecast?.total));
    assert.equal(month.isNewlyBeyondBudget, false);
    const other = analyseCosts(costs, { ...rule, currency: 'EUR', budget: 1 });
    assert.deepEqual([other.month.budget, other.severity], [null, 'P4']);
    assert.match(other.notes.join(), /budget is in EUR and the bill in USD/);
  });

  test('leaves out the days of which an answer lacks a page, instead of taking them for savings', () => {
    const half = (rows: readonly CostRow[]) => rows.filter(({ date, keys }) => date < '2026-05-17' || keys[0] === 'a');
    const costs = report([quiet('a', 'x'), quiet('b', 'y')], half);
    assert.deepEqual(
      costs.parts.map(({ amounts }) => amounts.slice(-4).map((amount) => amount === null)),
      [
        [false, true, true, true],
        [false, true, true, true],
      ],
    );
    assert.match(costs.notes.join(), /service and usage type are not known of 3 days: 2026-05-17/);
    assert.deepEqual(analyseCosts(costs, rule).events, []);
  });

  test('is made of whatever the bill holds: one day, refunds, nothing, another currency before', () => {
    const odd: CollectedCosts[] = [
      { ...report([quiet('a', 'x')]), total: [12], parts: [{ service: 'a', usageType: 'x', amounts: [12] }], tags: [] },
      report([{ service: 'a', usageType: 'x', amount: (index) => (index % 9 === 0 ? -50 : 0) }]),
      { ...report([quiet('a', 'x')]), total: new Array<null>(days).fill(null), parts: [], places: [], tags: [] },
      report([{ service: 'a', usageType: 'x', amount: () => 0 }]),
    ];
    for (const costs of odd) {
      const { events, spend, services } = analyseCosts(costs, rule);
      assert.ok(Number.isFinite(spend));
      assert.ok(services.every((line) => Number.isFinite(line.spend)));
      assert.ok(events.every(({ kind }) => kind !== 'missing'));
    }
  });

  test('finds injected spikes in a whole bill at the usage type that cost more', () => {
    let right = 0;
    for (let seed = 700; seed < 708; seed += 1) {
      const bill = generateBill({ seed, days, endDay: lastDay + 1, accounts: ['123456789012'], anomalies: ['spike'] });
      const [label] = bill.labels;
      const lines = bill.lines.map(({ service, usageType, amounts }) => ({
        service,
        usageType,
        amount: (index: number) => amounts[index] ?? 0,
      }));
      const { events } = analyseCosts(report(lines), rule);
      const on = isoDate(bill.firstDay + (label?.start ?? 0));
      const found = events.find(
        ({ service, first, last }) => service === label?.line.service && first <= on && on <= last,
      );
      if (found?.usageTypes.includes(label?.line.usageType ?? '') === true) right += 1;
    }
    assert.ok(right >= 7, `${right} of 8`);
  });
});

describe('the edition of a report', () => {
  test('is the longest period that has settled', () => {
    const edition = (date: string) => {
      const { edition, from } = periodOf(dayOf(date));
      return `${edition} from ${isoDate(from)}`;
    };
    assert.equal(edition('2026-05-19'), 'daily from 2026-05-19');
    assert.equal(edition('2026-05-17'), 'weekly from 2026-05-11');
    assert.equal(edition('2026-05-31'), 'monthly from 2026-05-01');
    assert.equal(edition('2026-06-30'), 'quarterly from 2026-04-01');
    assert.equal(edition('2026-12-31'), 'yearly from 2026-01-01');
    assert.equal(edition('2028-02-29'), 'monthly from 2028-02-01');
  });
});

describe('where an anomaly comes from', () => {
  test('is reported as region, account and tag, as far as one of them explains it', () => {
    const rows = (keys: readonly string[], amount: Line['amount']) =>
      Array.from({ length: days }, (_, index): CostRow => {
        return { date: isoDate(lastDay - days + 1 + index), keys, amount: amount(index), currency: 'USD' };
      });
    const places = [
      ...rows(['us-east-1', '123456789012'], usual),
      ...rows(['us-west-2', '123456789012'], ofLast(1, 200)),
      ...rows(['us-west-2', '210987654321'], usual),
    ];
    const tags = [...rows(['pg-gameday:workflow$'], usual), ...rows(['pg-gameday:workflow$a'], ofLast(1, 200))];
    const date = isoDate(lastDay);
    const steps = causesInPlaces({ from, to, places, tags }, { kind: 'increase', first: date, last: date });
    assert.deepEqual(
      steps.map(({ value }) => value),
      ['us-west-2', '123456789012', 'a'],
    );
  });
});

test('a report is as severe as the dearest new event, and a P3 when the budget is newly exceeded', () => {
  const event: CostEvent = {
    id: 'x',
    kind: 'increase',
    service: 'a',
    usageTypes: [],
    first: '2026-05-19',
    last: '2026-05-19',
    days: 1,
    actual: 0,
    expected: 0,
    aDay: 600,
    isOpen: true,
    isNew: true,
    causes: [],
    awsAnomalies: [],
  };
  const month = (isNewlyBeyondBudget: boolean) => ({ isNewlyBeyondBudget });
  assert.equal(severityOf([{ ...event }], month(false), rule.severities), 'P2');
  assert.equal(severityOf([{ ...event, isNew: false }], month(false), rule.severities), 'P4');
  assert.equal(severityOf([{ ...event, aDay: 49 }], month(false), rule.severities), 'P4');
  assert.equal(severityOf([], month(true), rule.severities), 'P3');
});
