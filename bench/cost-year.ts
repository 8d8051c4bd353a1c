import { ordinary } from '../sandbox/cost-series/generate.ts';
import { makeDraw } from '../sandbox/cost-series/random.ts';
import { analyseSeries } from '../shared/domain/cost-anomaly.ts';
import { forecastMonth } from '../shared/domain/cost-forecast.ts';
import { excessOf } from '../shared/domain/cost-root-cause.ts';
import { limits } from './cost-judge.ts';

/** A year of 200 services in 5 regions, analysed as the daily report does it: what it took, the whole process's memory. */
export function measureYear(seed: number): { series: number; milliseconds: number; megabytes: number } {
  const days = 365;
  const firstDay = 20_600 - days;
  const all = Array.from({ length: 200 * 5 }, (_, index) => {
    const draw = makeDraw(seed, index);
    const shape = { level: draw.logBetween(2, 3000), days, history: days - 35, firstDay, isSporadic: false };
    return Float64Array.from(ordinary(draw, shape));
  });
  const started = performance.now();
  for (const amounts of all) {
    analyseSeries(amounts, firstDay, days - 35, limits);
    excessOf(amounts, { firstDay, first: days - 3, last: days - 1 });
  }
  const total = Float64Array.from({ length: days }, (_, day) => all.reduce((sum, one) => sum + (one[day] ?? 0), 0));
  forecastMonth(total, firstDay);
  const milliseconds = performance.now() - started;
  return { series: all.length, milliseconds, megabytes: process.resourceUsage().maxRSS / 1024 };
}
