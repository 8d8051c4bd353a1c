import { scaleBand, scaleLinear } from 'd3-scale';
import { html, type Markup } from '../html.ts';
import { legendOf } from './legend.ts';
import { type Frame, label, picture, plotColour, px, titled, valueLines, widthOf } from './picture.ts';
import { drawSeries, type PlotSeries, reachOf } from './plot-series.ts';

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

const ticks = 5;

/** The plot as one SVG element without script, styles or links; the same plot gives the same text. */
export function plot({ title, unit, axis, series, width = 960, height = 320 }: Plot): Markup {
  const head = titled(title, width);
  const legend = legendOf(series, width, head.height);
  const top = head.height + legend.height + 30;
  const bottom = Math.max(top + 80, height - 28); // a long legend makes the picture higher, never the plot flat
  const [lowest, highest] = reachOf(series, axis.length);
  const values = scaleLinear([lowest, highest], [bottom, top]).nice(ticks);
  const reported = values.ticks(ticks).map(values.tickFormat(ticks));
  const frame: Frame = {
    left: 20 + Math.max(0, ...reported.map((figure) => widthOf(figure))),
    right: width - 20,
    top,
    bottom,
  };
  const places = scaleBand(axis.keys(), [frame.left, frame.right]).padding(0.2);
  const centre = (index: number) => (places(index) ?? frame.left) + places.bandwidth() / 2;
  return picture(title, width, bottom + 28, [
    head.lines,
    legend.markup,
    label(unit, 8, top - 12),
    ...valueLines(values, ticks, frame),
    ...namesBelow(axis, centre, frame),
    ...drawSeries(series, { axisLength: axis.length, centre, room: places.bandwidth(), values }),
    html`<line x1="${px(frame.left)}" x2="${px(frame.right)}" y1="${px(values(0))}" y2="${px(values(0))}" stroke="${plotColour('axis')}"/>`,
  ]);
}

/** As many names as have room beside one another, at even distances. */
function namesBelow(axis: readonly string[], centre: (index: number) => number, { left, right, bottom }: Frame) {
  const widest = 16 + Math.max(0, ...axis.map((name) => widthOf(name)));
  const every = Math.max(1, Math.ceil((axis.length * widest) / (right - left)));
  return axis.flatMap((name, index) => {
    const half = widthOf(name) / 2;
    const x = Math.min(Math.max(centre(index), half + 2), right + 18 - half);
    return index % every === 0 ? [label(name, x, bottom + 18, 'middle')] : [];
  });
}
