import { BarChart, type BarSeriesOption, LineChart, type LineSeriesOption } from 'echarts/charts';
import {
  GridComponent,
  type GridComponentOption,
  LegendComponent,
  type LegendComponentOption,
  TitleComponent,
  type TitleComponentOption,
} from 'echarts/components';
import { type ComposeOption, init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { escapeHtml, type Markup } from './html.ts';

/** One value for each entry of the axis; null is a gap in the line. */
type Values = readonly (number | null)[];

export type PlotSeries =
  | { readonly kind: 'line'; readonly name: string; readonly values: Values; readonly dashed?: boolean }
  /** Bars of series with the same `stack` stand on one another. */
  | { readonly kind: 'bar'; readonly name: string; readonly values: Values; readonly stack?: string }
  /** Bare marks: what is told of single entries. */
  | { readonly kind: 'points'; readonly name: string; readonly values: Values }
  | { readonly kind: 'band'; readonly name: string; readonly lower: Values; readonly upper: Values };

export type Plot = {
  readonly title: string;
  /** What the vertical axis counts. */
  readonly unit: string;
  /** Dates or names, in the order of the series' values. */
  readonly axis: readonly string[];
  readonly series: readonly PlotSeries[];
  /** Pixels; the picture shrinks with the page. */
  readonly width?: number;
  readonly height?: number;
};

type Options = ComposeOption<
  BarSeriesOption | LineSeriesOption | GridComponentOption | LegendComponentOption | TitleComponentOption
>;

/** Apart from one another in colour, and on a printer without it by dashes and marks. */
const colours = ['#1d4ed8', '#b45309', '#0f766e', '#86198f', '#4d7c0f', '#334155'];
const ofPoints = '#b91c1c';
const ofBands = '#94a3b8';
const text = { color: '#111827', fontFamily: 'system-ui, sans-serif' };

/**
 * A text as ECharts may have it: it keeps texts as names of an object's members, and would take `__proto__` for one
 * that it has kept, and write into it.
 */
const asText = (words: string) => {
  const line = words.replace(/[\r\n]+/g, ' ');
  return line in Object.prototype ? `${line}\u200b` : line;
};

let isPrepared = false;

/** The plot as one SVG element without script, styles or links; the same plot gives the same text. */
export function plot({ title, unit, axis, series: told, width = 960, height = 320 }: Plot): Markup {
  const series = told.map((one) => ({ ...one, name: asText(one.name) }));
  const isNarrow = width < 600; // the legend has no room beside the title
  const options: Options = {
    animation: false,
    backgroundColor: '#ffffff',
    textStyle: text,
    title: { text: asText(title), left: 8, top: 6, textStyle: { ...text, fontSize: 14 } },
    legend: {
      ...(isNarrow ? { left: 8, top: 30 } : { right: 8, top: 6 }),
      itemWidth: 22,
      textStyle: text,
      selectedMode: false,
      data: series.map(({ name }) => name),
    },
    grid: { left: 12, right: 20, top: isNarrow ? 84 : 52, bottom: 12, outerBoundsMode: 'same' },
    xAxis: { type: 'category', data: axis.map(asText), axisLabel: { ...text, hideOverlap: true } },
    yAxis: {
      type: 'value',
      name: asText(unit),
      nameTextStyle: { ...text, align: 'left' },
      axisLabel: text,
      splitLine: { lineStyle: { color: '#e2e8f0' } },
    },
    series: series.flatMap(drawn),
  };
  return draw(options, title, width, height);
}

export type TimeLine = {
  readonly title: string;
  /** In order; seconds since the beginning of the first. */
  readonly spans: readonly { readonly name: string; readonly from: number; readonly to: number }[];
  readonly width?: number;
};

/** One bar below the other, each from its beginning to its end. */
export function timeLine({ title, spans, width = 960 }: TimeLine): Markup {
  const end = Math.max(0, ...spans.map(({ to }) => to));
  const [unit, seconds] = end > 7200 ? ['hours', 3600] : end > 120 ? ['minutes', 60] : ['seconds', 1];
  const options: Options = {
    animation: false,
    backgroundColor: '#ffffff',
    textStyle: text,
    title: { text: asText(`${title}, ${unit}`), left: 8, top: 6, textStyle: { ...text, fontSize: 14 } },
    grid: { left: 12, right: 20, top: 36, bottom: 12, outerBoundsMode: 'same' },
    xAxis: { type: 'value', axisLabel: text, splitLine: { lineStyle: { color: '#e2e8f0' } } },
    yAxis: { type: 'category', inverse: true, data: spans.map(({ name }) => asText(name)), axisLabel: text },
    series: [
      // The bar's invisible foot moves it to its beginning.
      { ...barOf(spans.map(({ from }) => from / seconds)), itemStyle: { color: 'transparent' } },
      {
        ...barOf(spans.map(({ from, to }) => Math.max(0, to - from) / seconds)),
        barMinHeight: 2, // pixels: a phase of a second in a run of hours is seen
        itemStyle: { color: colours[0] ?? ofBands },
      },
    ],
  };
  return draw(options, title, width, 64 + 26 * spans.length);
}

const barOf = (data: number[]) => ({ type: 'bar' as const, stack: 'spans', data, silent: true, barMaxWidth: 18 });

function draw(options: Options, title: string, width: number, height: number): Markup {
  if (!isPrepared) use([BarChart, LineChart, GridComponent, LegendComponent, TitleComponent, SVGRenderer]);
  isPrepared = true;
  const chart = init(null, null, { renderer: 'svg', ssr: true, width, height });
  try {
    chart.setOption(options);
    return { markup: standAlone(chart.renderToSVGString(), title) };
  } finally {
    chart.dispose();
  }
}

function drawn(series: PlotSeries, index: number): (BarSeriesOption | LineSeriesOption)[] {
  const colour = colours[index % colours.length] ?? ofBands;
  const still = { name: series.name, silent: true, emphasis: { disabled: true } } as const;
  switch (series.kind) {
    case 'line':
      return [
        {
          ...still,
          type: 'line',
          data: [...series.values],
          showSymbol: false,
          itemStyle: { color: colour },
          lineStyle: { color: colour, width: 2, type: series.dashed === true ? 'dashed' : 'solid' },
        },
      ];
    case 'bar':
      return [
        {
          ...still,
          type: 'bar',
          data: [...series.values],
          itemStyle: { color: colour },
          barMaxWidth: 40,
          ...(series.stack === undefined ? {} : { stack: series.stack }),
        },
      ];
    case 'points':
      return [
        {
          ...still,
          type: 'line',
          data: [...series.values],
          symbol: 'diamond',
          symbolSize: 11,
          showAllSymbol: true,
          lineStyle: { width: 0 },
          itemStyle: { color: ofPoints },
          z: 5,
        },
      ];
    case 'band':
      return bandOf(series, index);
  }
}

/** An area between two lines is the difference, stacked on an invisible lower line. */
function bandOf(
  { name, lower, upper }: Extract<PlotSeries, { kind: 'band' }>,
  index: number,
): (BarSeriesOption | LineSeriesOption)[] {
  const bare = {
    type: 'line',
    stack: `band ${index}`,
    stackStrategy: 'all', // also where a bound is negative
    symbol: 'none',
    silent: true,
    emphasis: { disabled: true },
    lineStyle: { width: 0 },
    z: 1,
  } as const;
  const heights = upper.map((top, at) => {
    const bottom = lower[at] ?? null;
    return top === null || bottom === null ? null : top - bottom;
  });
  return [
    { ...bare, name: `${name} (lower)`, data: [...lower] },
    { ...bare, name, data: heights, areaStyle: { color: ofBands, opacity: 0.4 }, itemStyle: { color: ofBands } },
  ];
}

/** Without what only a browser's pointer would need, and with a name for those who listen. */
function standAlone(svg: string, title: string): string {
  return svg
    .replace(/ (class|clip-path|pointer-events|ecmeta_\w+)="[^"]*"/g, '')
    .replace(/<(style|defs)[\s\S]*?<\/\1>/g, '')
    .replace(
      /^<svg width="(\d+)" height="\d+"/,
      `<svg role="img" aria-label="${escapeHtml(title)}" style="max-width:$1px;width:100%;height:auto"`,
    );
}
