import type { ScaleLinear } from 'd3-scale';
import { area, line, symbol, symbolDiamond } from 'd3-shape';
import { html, type Markup } from '../html.ts';
import { colourOf, plotColour, px } from './picture.ts';

/** One value for each entry of the axis; null is a gap in the line. */
type Values = readonly (number | null)[];

export type PlotSeries =
  | { readonly kind: 'line'; readonly name: string; readonly values: Values; readonly dashed?: boolean }
  /** Bars of series with the same `stack` stand on one another. */
  | { readonly kind: 'bar'; readonly name: string; readonly values: Values; readonly stack?: string }
  /** Bare marks: what is reported of single entries. */
  | { readonly kind: 'points'; readonly name: string; readonly values: Values }
  | { readonly kind: 'band'; readonly name: string; readonly lower: Values; readonly upper: Values };

export type Scales = {
  readonly axisLength: number;
  /** The middle of an entry of the axis, and the width that its bars share, in pixels. */
  readonly centre: (index: number) => number;
  readonly room: number;
  readonly values: ScaleLinear<number, number>;
};

const ofPoints = plotColour('points');
const ofBands = plotColour('bands');
const diamond = symbol(symbolDiamond, 60).digits(1); // square pixels: 11 high
const widestBar = 40;

/** The lowest and the highest value that is drawn, 0 among them. */
export function reachOf(series: readonly PlotSeries[], axisLength: number): [number, number] {
  const drawn = series.flatMap((one, index): Values => {
    if (one.kind === 'band') return [...one.lower, ...one.upper];
    if (one.kind === 'bar') return barEnds(series, index, axisLength).flatMap(({ from, to }) => [from, to]);
    return one.values;
  });
  const known = drawn.filter((value) => value !== null);
  const [lowest, highest] = known.reduce(([low, high], value) => [Math.min(low, value), Math.max(high, value)], [0, 0]);
  return lowest === highest ? [0, 1] : [lowest, highest];
}

/** Bands below bars, bars below lines, marks above all. */
export function drawSeries(series: readonly PlotSeries[], scales: Scales): Markup[] {
  const order = { band: 0, bar: 1, line: 2, points: 3 } as const;
  return series
    .map((one, index) => ({ level: order[one.kind], markup: drawn(series, one, index, scales) }))
    .sort((left, right) => left.level - right.level)
    .map(({ markup }) => markup);
}

function drawn(series: readonly PlotSeries[], one: PlotSeries, index: number, scales: Scales): Markup {
  const { centre, values } = scales;
  switch (one.kind) {
    case 'line': {
      const path = line<number | null>()
        .defined((value) => value !== null)
        .x((_, at) => centre(at))
        .y((value) => values(value ?? 0))
        .digits(1);
      return html`<path d="${path(one.values)}" fill="none" stroke="${colourOf(index)}" stroke-width="2"${dashes(one)}/>`;
    }
    case 'points':
      return html`${one.values.map(
        (value, at) =>
          value !== null &&
          html`<path d="${diamond()}" transform="translate(${px(centre(at))} ${px(values(value))})" fill="${ofPoints}"/>`,
      )}`;
    case 'band': {
      const path = area<number>()
        .defined((at) => (one.lower[at] ?? null) !== null && (one.upper[at] ?? null) !== null)
        .x((at) => centre(at))
        .y0((at) => values(one.lower[at] ?? 0))
        .y1((at) => values(one.upper[at] ?? 0))
        .digits(1);
      return html`<path d="${path(one.lower.keys())}" fill="${ofBands}" fill-opacity="0.4"/>`;
    }
    case 'bar':
      return html`${barsOf(series, index, scales)}`;
  }
}

const dashes = (one: PlotSeries): Markup | false =>
  one.kind === 'line' && one.dashed === true && html` stroke-dasharray="6 4"`;

function barsOf(series: readonly PlotSeries[], index: number, { axisLength, centre, room, values }: Scales): Markup[] {
  const stacks = [...new Set(series.flatMap((one, at) => (one.kind === 'bar' ? [stackOf(one, at)] : [])))];
  const one = series[index];
  if (one?.kind !== 'bar') return [];
  const width = Math.min(widestBar, room / stacks.length);
  const aside = (stacks.indexOf(stackOf(one, index)) - stacks.length / 2) * width;
  return barEnds(series, index, axisLength).flatMap(({ from, to }, at) => {
    const [top, bottom] = [values(Math.max(from, to)), values(Math.min(from, to))];
    if (top === bottom) return [];
    return [
      html`<rect x="${px(centre(at) + aside)}" y="${px(top)}" width="${px(width)}" height="${px(bottom - top)}" fill="${colourOf(index)}"/>`,
    ];
  });
}

const stackOf = (one: Extract<PlotSeries, { kind: 'bar' }>, index: number) => one.stack ?? `alone ${index}`;

/** Where each bar of a series begins and ends: on those of its stack before it that have its sign. */
function barEnds(series: readonly PlotSeries[], index: number, axisLength: number) {
  const one = series[index];
  if (one?.kind !== 'bar') return [];
  const below = series.filter(
    (other, at) => at < index && other.kind === 'bar' && stackOf(other, at) === stackOf(one, index),
  );
  return Array.from({ length: axisLength }, (_, at) => {
    const value = one.values[at] ?? 0;
    const from = below
      .map((other) => (other.kind === 'bar' ? (other.values[at] ?? 0) : 0))
      .filter((other) => Math.sign(other) === Math.sign(value))
      .reduce((sum, other) => sum + other, 0);
    return { from, to: from + value };
  });
}

/** A series' mark in the legend, around the middle of its line. */
export function swatch(one: PlotSeries, index: number, width: number): Markup {
  switch (one.kind) {
    case 'line':
      return html`<line x2="${width}" stroke="${colourOf(index)}" stroke-width="2"${dashes(one)}/>`;
    case 'points':
      return html`<path d="${diamond()}" transform="translate(${width / 2} 0)" fill="${ofPoints}"/>`;
    case 'band':
      return html`<rect y="-6" width="${width}" height="12" fill="${ofBands}" fill-opacity="0.4"/>`;
    case 'bar':
      return html`<rect y="-6" width="${width}" height="12" fill="${colourOf(index)}"/>`;
  }
}
