import type { ScaleLinear } from 'd3-scale';
import { html, type Markup } from '../html.ts';

/**
 * Apart from one another in colour, and on a printer without it by dashes and marks. A page on a dark ground sets the
 * variables (`darkPlots`); a picture that stands alone keeps the colours for a light one.
 */
const paired = [
  ['--plot-1', '#1d4ed8', '#7fa8ff'],
  ['--plot-2', '#b45309', '#fbbf24'],
  ['--plot-3', '#0f766e', '#2dd4bf'],
  ['--plot-4', '#86198f', '#e879f9'],
  ['--plot-5', '#4d7c0f', '#a3e635'],
  ['--plot-6', '#334155', '#cbd5e1'],
  ['--plot-letters', '#111827', '#f3f4f6'],
  ['--plot-grid', '#e2e8f0', '#374151'],
  ['--plot-axis', '#64748b', '#94a3b8'],
  ['--plot-ground', '#ffffff', '#111827'],
  ['--plot-points', '#b91c1c', '#f87171'],
  ['--plot-bands', '#94a3b8', '#64748b'],
] as const;

/** Declarations for the root of a page on a dark ground. */
export const darkPlots = paired.map(([name, , dark]) => `${name}: ${dark};`).join(' ');

type ColourName = (typeof paired)[number][0] extends `--plot-${infer Name}` ? Name : never;
const lightOf = new Map<string, string>(paired.map(([name, light]) => [name, light]));
export const plotColour = (name: ColourName): string => `var(--plot-${name}, ${lightOf.get(`--plot-${name}`)})`;

const series = ['1', '2', '3', '4', '5', '6'] as const;
export const colourOf = (index: number): string => plotColour(series[index % series.length] ?? '1');

const letters = { color: plotColour('letters'), font: 'system-ui, sans-serif', size: 12, titleSize: 14 };
const gridColour = plotColour('grid');
const lineHeight = 18;

/** The place of the marks inside a picture, in pixels from its upper left corner. */
export type Frame = { readonly left: number; readonly right: number; readonly top: number; readonly bottom: number };

/** Pixels to a tenth: finer is not seen, and makes the page larger. */
export const px = (pixels: number): number => Math.round(pixels * 10) / 10;

/** Pixels that a text takes at most: a server has no fonts to measure with, so each letter counts as a broad one. */
export const widthOf = (words: string, size: number = letters.size): number => [...words].length * size * 0.62;

export type Anchor = 'start' | 'middle' | 'end';

export const label = (words: string, x: number, y: number, anchor: Anchor = 'start'): Markup =>
  html`<text x="${px(x)}" y="${px(y)}" text-anchor="${anchor}">${words}</text>`;

/** The title's lines, none wider than the picture, and the height that they take. */
export function titled(title: string, width: number): { readonly lines: Markup; readonly height: number } {
  const lines: string[] = [];
  for (const word of title.split(/\s+/)) {
    const longer = lines.length === 0 ? word : `${lines.at(-1)} ${word}`;
    if (lines.length > 0 && widthOf(longer, letters.titleSize) <= width - 16) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return {
    lines: html`<g font-size="${letters.titleSize}" font-weight="bold">${lines.map((line, index) => label(line, 8, 20 + index * lineHeight))}</g>`,
    height: 8 + lines.length * lineHeight,
  };
}

/** A grid line and a figure for each tick of the vertical axis. */
export const valueLines = (scale: ScaleLinear<number, number>, count: number, { left, right }: Frame): Markup[] => {
  const reported = scale.tickFormat(count);
  return scale
    .ticks(count)
    .map(
      (tick) =>
        html`<line x1="${px(left)}" x2="${px(right)}" y1="${px(scale(tick))}" y2="${px(scale(tick))}" stroke="${gridColour}"/>${label(reported(tick), left - 8, scale(tick) + 4, 'end')}`,
    );
};

/** The same for a horizontal one. */
export const valueColumns = (scale: ScaleLinear<number, number>, count: number, { top, bottom }: Frame): Markup[] => {
  const reported = scale.tickFormat(count);
  return scale
    .ticks(count)
    .map(
      (tick) =>
        html`<line x1="${px(scale(tick))}" x2="${px(scale(tick))}" y1="${px(top)}" y2="${px(bottom)}" stroke="${gridColour}"/>${label(reported(tick), scale(tick), bottom + 18, 'middle')}`,
    );
};

/** One SVG element without script, styles or links, with a name for those who listen; it shrinks with the page. */
export const picture = (title: string, width: number, height: number, content: readonly Markup[]): Markup =>
  html`<svg role="img" aria-label="${title}" style="max-width:${width}px;width:100%;height:auto" viewBox="0 0 ${width} ${height}" xmlns="http://www.w3.org/2000/svg" font-family="${letters.font}" font-size="${letters.size}" fill="${letters.color}"><rect width="${width}" height="${height}" fill="${plotColour('ground')}"/>${content}</svg>`;
