import { scaleBand, scaleLinear } from 'd3-scale';
import { html, type Markup } from '../html.ts';
import { colourOf, type Frame, label, picture, px, titled, valueColumns, widthOf } from './picture.ts';

export type TimeLine = {
  readonly title: string;
  /** In order; seconds since the beginning of the first. */
  readonly spans: readonly { readonly name: string; readonly from: number; readonly to: number }[];
  readonly width?: number;
};

/** A phase of a second in a run of hours is seen. */
const narrowestBar = 2;

/** One bar below the other, each from its beginning to its end. */
export function timeLine({ title, spans, width = 960 }: TimeLine): Markup {
  const end = Math.max(0, ...spans.map(({ to }) => to));
  const [unit, seconds] = end > 7200 ? ['hours', 3600] : end > 120 ? ['minutes', 60] : ['seconds', 1];
  const head = titled(`${title}, ${unit}`, width);
  const frame: Frame = {
    left: 16 + Math.min(width / 2, Math.max(0, ...spans.map(({ name }) => widthOf(name)))),
    right: width - 20,
    top: head.height + 8,
    bottom: head.height + 8 + 26 * spans.length,
  };
  const time = scaleLinear([0, end / seconds || 1], [frame.left, frame.right]);
  const rows = scaleBand(spans.keys(), [frame.top, frame.bottom]).paddingInner(0.3).paddingOuter(0.15);
  const bars = spans.map(({ name, from, to }, row) => {
    const [y = 0, x] = [rows(row), time(from / seconds)];
    const length = Math.max(narrowestBar, time(to / seconds) - x);
    return html`${label(name, frame.left - 8, y + rows.bandwidth() / 2 + 4, 'end')}<rect x="${px(x)}" y="${px(y)}" width="${px(length)}" height="${px(rows.bandwidth())}" fill="${colourOf(0)}"/>`;
  });
  return picture(title, width, frame.bottom + 28, [
    head.lines,
    ...valueColumns(time, width < 600 ? 4 : 8, frame),
    ...bars,
  ]);
}
