import { type Draw, makeDraw } from './random.ts';
import { fee, noise, weeklyPattern } from './shapes.ts';

/**
 * Daily bills of one usage type each, with what was done to them written down. Made without a look at the detector:
 * noise of five shapes, weeks that change, growth, past steps and spikes, fees on dates and on business days, refunds,
 * days without data, bills that come and go.
 */
export type AnomalyKind = 'spike' | 'shift' | 'drift' | 'disappearance' | 'new';

/** Indices of days, both included; `money` is what the anomaly changed on an average day of it. */
export type Label = {
  readonly kind: AnomalyKind;
  readonly start: number;
  readonly end: number;
  readonly money: number;
};

export type GeneratedSeries = {
  readonly name: string;
  /** Day number since 1970-01-01 of the first amount. */
  readonly firstDay: number;
  /** Money a day, in cents precision; null is a day that the bill does not have. */
  readonly amounts: readonly (number | null)[];
  readonly labels: readonly Label[];
};

export type GenerateOptions = {
  readonly seed: number;
  readonly count: number;
  /** Days at the end of each series in which something happens; before them is history. */
  readonly assessedDays: number;
  /** Day number of the day after the last one. */
  readonly endDay: number;
};

export function generateSeries(options: GenerateOptions): GeneratedSeries[] {
  return Array.from({ length: options.count }, (_, index) => oneSeries(options, index));
}

const fates = [
  ...Array<'spike'>(30).fill('spike'),
  ...Array<'shift'>(20).fill('shift'),
  ...Array<'drift'>(10).fill('drift'),
  ...Array<'disappearance'>(10).fill('disappearance'),
  ...Array<'new'>(3).fill('new'),
  ...Array<'refund'>(4).fill('refund'),
  ...Array<'sporadic'>(4).fill('sporadic'),
  ...Array<'quiet'>(19).fill('quiet'),
] as const;

function oneSeries({ seed, assessedDays, endDay }: GenerateOptions, index: number): GeneratedSeries {
  const draw = makeDraw(seed, index);
  const fate = fates[draw.integer(0, fates.length - 1)] ?? 'quiet';
  const history = draw.integer(40, 360);
  const days = history + assessedDays;
  const firstDay = endDay - days;
  const level = fate === 'quiet' || fate === 'sporadic' ? draw.logBetween(2, 3000) : draw.logBetween(20, 3000);
  const amounts = ordinary(draw, { level, days, history, firstDay, isSporadic: fate === 'sporadic' });
  const labels = happen(draw, fate, amounts, history, level);
  const gaps = draw.chance(0.06) ? draw.integer(1, 4) : 0;
  const lost = new Set(Array.from({ length: gaps }, () => draw.integer(0, days - 1)));
  return {
    name: `${fate}-${index}`,
    firstDay,
    amounts: amounts.map((amount, at) => (lost.has(at) ? null : Math.round(amount * 100) / 100)),
    labels,
  };
}

export type Ordinary = {
  readonly level: number;
  readonly days: number;
  readonly history: number;
  readonly firstDay: number;
  readonly isSporadic: boolean;
};

/** The bill as it would have been. */
export function ordinary(draw: Draw, { level, days, history, firstDay, isSporadic }: Ordinary): number[] {
  const week = weeklyPattern(draw, days);
  const around = noise(draw);
  const growth = Math.exp(draw.between(-0.06, 0.08) / 30);
  const stepAt = draw.chance(0.25) ? draw.integer(0, history - 35) : days;
  const step = draw.of([draw.between(0.4, 0.8), draw.between(1.2, 1.7)]);
  const busyShare = draw.between(0.3, 0.6);
  const monthly = draw.chance(0.3) ? fee(draw, level) : () => 0;
  const pastSpike = draw.chance(0.2) ? draw.integer(0, history - 2) : -1;
  const pastFactor = draw.logBetween(1.6, 6);
  return Array.from({ length: days }, (_, at) => {
    const day = firstDay + at;
    const isBusy = !isSporadic || draw.chance(busyShare);
    const base = level * growth ** at * (at >= stepAt ? step : 1) * week(day, at) * around();
    const use = isBusy ? base * (isSporadic ? draw.logBetween(0.5, 2) : 1) : 0;
    return (at === pastSpike ? use * pastFactor : use) + monthly(day);
  });
}

/** Does to the bill what its fate says, and reports when. */
export function happen(
  draw: Draw,
  fate: AnomalyKind | 'refund' | 'sporadic' | 'quiet',
  amounts: number[],
  history: number,
  level: number,
): Label[] {
  const last = amounts.length - 1;
  const change = (start: number, end: number, to: (amount: number, at: number) => number): number => {
    let changed = 0;
    for (let at = start; at <= end; at += 1) {
      const before = amounts[at] ?? 0;
      amounts[at] = to(before, at - start);
      changed += Math.abs((amounts[at] ?? 0) - before);
    }
    return changed / (end - start + 1);
  };
  switch (fate) {
    case 'spike': {
      const length = draw.of([1, 1, 1, 2, 3]);
      const start = draw.integer(history, last - length + 1);
      const factor = draw.logBetween(1.35, 6);
      const money = change(start, start + length - 1, (amount) => amount * factor);
      return [{ kind: 'spike', start, end: start + length - 1, money }];
    }
    case 'shift': {
      const start = draw.integer(history, last - 7);
      const factor = draw.logBetween(1.22, 2.5);
      const money = change(start, last, (amount) => amount * factor);
      return [{ kind: 'shift', start, end: last, money }];
    }
    case 'drift': {
      const start = draw.integer(history, history + 5);
      const total = draw.between(0.45, 1.5);
      const money = change(start, last, (amount, at) => amount * (1 + (total * at) / (last - start)));
      return [{ kind: 'drift', start, end: last, money }];
    }
    case 'disappearance': {
      const start = draw.integer(history, last - 4);
      const rest = draw.of([0, 0, 0.05]);
      const money = change(start, last, (amount) => amount * rest);
      return [{ kind: 'disappearance', start, end: last, money }];
    }
    case 'new': {
      const start = draw.integer(history, last - 3);
      change(0, start - 1, () => 0);
      return [{ kind: 'new', start, end: last, money: level }];
    }
    case 'refund': {
      const at = draw.integer(history, last);
      change(at, at, () => -level * draw.between(0.5, 3));
      return [];
    }
    default:
      return [];
  }
}
