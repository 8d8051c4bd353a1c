/**
 * The anomaly detector and two rules that are widely used, assessed on series that were generated with labels:
 *
 *   npm run bench:anomalies -- --seed 101 [--series 1200] [--show spike]
 */
import { parseArgs } from 'node:util';
import { type AnomalyKind, generateSeries } from '../sandbox/cost-series/generate.ts';
import { isFalse, isFound, limits, methods } from './cost-assess.ts';
import { assessCauses } from './cost-causes.ts';
import { measureYear } from './cost-year.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    series: { type: 'string', default: '1200' },
    show: { type: 'string' },
  },
});
const assessedDays = 34;
const endDay = 20_600; // 2026-05-27
const kinds: AnomalyKind[] = ['spike', 'shift', 'drift', 'disappearance', 'new'];

// First, while the process holds nothing else.
const year = measureYear(Number(values.seed.split(',')[0]));

for (const seed of values.seed.split(',').map(Number)) {
  const series = generateSeries({ seed, count: Number(values.series), assessedDays, endDay });
  const labels = series.flatMap((one) => one.labels);
  const material = labels.filter(({ money }) => money > limits.minimumMoney);
  const seriesDays = series.length * assessedDays;
  console.log(
    `seed ${seed}: ${series.length} series, ${seriesDays} series-days, ${material.length} anomalies, ` +
      `${labels.length - material.length} below ${limits.minimumMoney} a day not asked for`,
  );
  console.log(`${'method'.padEnd(22)}${kinds.map((kind) => kind.padStart(15)).join('')}   false per 1000 series-days`);
  for (const { name, detect } of methods) {
    const found = new Map(kinds.map((kind) => [kind, { hits: 0, all: 0 }]));
    let falseEvents = 0;
    for (const one of series) {
      const from = one.amounts.length - assessedDays;
      const events = detect(one, from);
      for (const label of one.labels) {
        const tally = found.get(label.kind);
        if (tally === undefined || label.money <= limits.minimumMoney) continue;
        tally.all += 1;
        const hit = isFound(label, events);
        if (hit) tally.hits += 1;
        else if (values.show === label.kind && name === 'pg-gameday')
          console.log(`missed ${one.name} ${JSON.stringify(label)} history ${from}`);
      }
      const wrong = events.filter((event) => isFalse(event, one.labels));
      falseEvents += wrong.length;
      if (values.show === 'false' && name === 'pg-gameday')
        for (const event of wrong) console.log(`false ${one.name} ${JSON.stringify(event)} history ${from}`);
    }
    const shares = kinds.map((kind) => {
      const { hits, all } = found.get(kind) ?? { hits: 0, all: 0 };
      return `${(hits / all).toFixed(3)} of ${all}`.padStart(15);
    });
    console.log(`${name.padEnd(22)}${shares.join('')}   ${((1000 * falseEvents) / seriesDays).toFixed(2)}`);
  }
}

const seed = Number(values.seed.split(',')[0]);
const causes = assessCauses(seed, 400);
console.log(
  `root cause from the whole bill, at usage-type level: ${causes.right} of ${causes.injected} injected anomalies right ` +
    `(${((100 * causes.right) / causes.injected).toFixed(1)} %), ${causes.seen} were seen by the detector`,
);

console.log(
  `a year of ${year.series} series (200 services in 5 regions): ${(year.milliseconds / 1000).toFixed(2)} s, ` +
    `${year.megabytes.toFixed(0)} MB in the whole process`,
);
