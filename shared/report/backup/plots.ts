import type { Evidence } from '../../contracts/backup-and-verify.ts';
import type { RunFacts } from '../../contracts/proof/evidence-chain.ts';
import { html, type Markup } from '../html.ts';
import { atEachWidth, wide } from '../page.ts';
import { type Plot, plot } from '../plot/plot.ts';
import { timeLine } from '../plot/time-line.ts';

/** The phases of a run as a time line, and in figures. */
export function phasesOf({ phases }: Evidence, at: (time: string) => string): Markup | undefined {
  const first = phases[0];
  if (first === undefined) return undefined;
  const since = (time: string) => (Date.parse(time) - Date.parse(first.startedAt)) / 1000;
  const spans = phases.map(({ name, startedAt, endedAt }) => ({ name, from: since(startedAt), to: since(endedAt) }));
  return html`<h2>Phases</h2>
${atEachWidth((width) => timeLine({ title: 'Time since the first phase began', spans, width }))}
${wide(
  'Phases',
  html`<table class="cards">
<tr><th>Phase</th><th>Began</th><th class="number">Seconds</th></tr>
${phases.map(
  ({ name, startedAt }, index) =>
    html`<tr><td class="state">${name}</td><td data-label="began">${at(startedAt)}</td><td class="number" data-label="seconds">${((spans[index]?.to ?? 0) - (spans[index]?.from ?? 0)).toFixed(1)}</td></tr>
`,
)}</table>`,
)}`;
}

/** Size, duration and unverifiable rows of the newest runs. */
export function historyOf(records: readonly RunFacts[], timeZone: string): Markup | undefined {
  if (records.length === 0) return undefined;
  const day = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' });
  const axis = records.map(({ recordedAt }) => day.format(new Date(recordedAt)));
  const history = (title: string, unit: string, values: readonly (number | null)[]): Plot => ({
    title,
    unit,
    axis,
    series: [
      { kind: 'bar', name: 'run', values },
      {
        kind: 'points',
        name: 'not proven',
        values: records.map(({ verdict }, index) =>
          verdict === 'exact' || verdict === 'bounded' ? null : (values[index] ?? 0),
        ),
      },
    ],
  });
  const plots = [
    history(
      'Size of the source',
      'GB',
      records.map(({ sourceBytes }) => (sourceBytes === null ? null : sourceBytes / 1024 ** 3)),
    ),
    history(
      'Duration',
      'minutes',
      records.map(({ startedAt, recordedAt }) => (Date.parse(recordedAt) - Date.parse(startedAt)) / 60_000),
    ),
    history(
      'Unverifiable rows',
      'rows',
      records.map(({ unverifiableRows }) => unverifiableRows),
    ),
  ];
  return html`<h2>History</h2>
<p>${records.length === 1 ? 'This is the first run.' : `The newest ${records.length} runs.`}</p>
${plots.map((one) => atEachWidth((width) => plot({ ...one, width, height: 240 })))}`;
}
