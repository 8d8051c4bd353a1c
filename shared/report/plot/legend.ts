import { html, type Markup } from '../html.ts';
import { label, px, widthOf } from './picture.ts';
import { type PlotSeries, swatch } from './plot-series.ts';

const swatchWidth = 22;
const gap = 14;
const lineHeight = 20;

/** A swatch and a name for each series, in as many lines below the title as they need. */
export function legendOf(
  series: readonly PlotSeries[],
  width: number,
  top: number,
): { readonly markup: Markup; readonly height: number } {
  let [x, line] = [8, 0];
  const entries = series.map((one, index) => {
    const length = swatchWidth + 6 + widthOf(one.name);
    if (x > 8 && x + length > width - 8) [x, line] = [8, line + 1];
    const y = top + line * lineHeight + 10;
    const entry = html`<g transform="translate(${px(x)} ${px(y)})">${swatch(one, index, swatchWidth)}${label(one.name, swatchWidth + 6, 4)}</g>`;
    x += length + gap;
    return entry;
  });
  return { markup: html`${entries}`, height: series.length === 0 ? 0 : (line + 1) * lineHeight };
}
