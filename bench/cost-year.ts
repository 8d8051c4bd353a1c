import { ordinary } from '../sandbox/cost-series/generate.ts';
import { makeDraw } from '../sandbox/cost-series/random.ts';
import { analyseCosts } from '../shared/domain/cost/analysis.ts';
import { isoDate } from '../shared/domain/cost/days.ts';
import { limits } from './cost-assess.ts';

const services = 200;
const regions = 5;

/** A year of 200 services in 5 regions, analysed as the daily report does it: what it took, the whole process's memory. */
export function measureYear(seed: number): { series: number; milliseconds: number; megabytes: number } {
  const days = 365;
  const firstDay = 20_600 - days;
  const parts = Array.from({ length: services * regions }, (_, index) => {
    const draw = makeDraw(seed, index);
    const shape = { level: draw.logBetween(2, 3000), days, history: days - 35, firstDay, isSporadic: false };
    return { service: `service ${index % services}`, usageType: `type ${index}`, amounts: [...ordinary(draw, shape)] };
  });
  const total = Array.from({ length: days }, (_, day) =>
    parts.reduce((sum, { amounts }) => sum + (amounts[day] ?? 0), 0),
  );
  const costs = { schemaVersion: 1 as const, from: isoDate(firstDay), currency: 'USD', total, parts };
  const rule = { ...limits, severities: { P2: 500, P3: 50 }, budget: 1_000_000, currency: 'USD' };
  const started = performance.now();
  analyseCosts({ ...costs, places: [], tags: [], awsAnomalies: null, notes: [] }, rule);
  const milliseconds = performance.now() - started;
  return { series: parts.length, milliseconds, megabytes: process.resourceUsage().maxRSS / 1024 };
}
