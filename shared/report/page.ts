import { html, type Markup } from './html.ts';
import { darkPlots } from './plot/picture.ts';

// Each colour has a contrast of 4.5 or more on its ground; paper is always light. Words are broken only where nothing else
// fits: what is broken anywhere is code, whose lines a reader does not read aloud.
const style = `
:root { color-scheme: light dark; --ground: #ffffff; --letters: #111827; --muted: #4b5563; --line: #cbd5e1; --good: #15803d; --warn: #b45309; --bad: #b91c1c; }
@media screen and (prefers-color-scheme: dark) { :root { --ground: #111827; --letters: #f3f4f6; --muted: #b6bfcc; --line: #475569; --good: #4ade80; --warn: #fbbf24; --bad: #f87171; ${darkPlots} } }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 62rem; margin: 0 auto; padding: 1rem; overflow-wrap: break-word; background: var(--ground); color: var(--letters); }
h1 { font-size: 1.4rem; margin: .5rem 0; } h2 { font-size: 1.05rem; margin: 1.6rem 0 .4rem; }
table { border-collapse: collapse; width: 100%; } .wide { overflow-x: auto; } .wide:focus-visible { outline: 2px solid; outline-offset: 2px; }
th, td { text-align: left; padding: .3rem .6rem .3rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; } td.number, td.state { white-space: nowrap; } td.text { overflow-wrap: anywhere; } td.number, th.number { padding-right: 1rem; }
.verdict { border-left: .5rem solid; padding: .6rem 1rem; margin: 1rem 0; }
.good { color: var(--good); } .warn { color: var(--warn); } .bad { color: var(--bad); }
.plot { margin: .6rem 0; } .plot svg { display: block; } .plot.narrow { display: none; }
small { color: var(--muted); } code { font-size: .9em; overflow-wrap: anywhere; } ul { margin: .2rem 0; padding-left: 1.2rem; }
a { color: inherit; }
@media (min-width: 40.1rem) { .findings td:last-child { width: 52%; } .findings td:first-child { min-width: 10rem; } }
@media (max-width: 40rem) {
  .plot.narrow { display: block; } .plot.broad { display: none; }
  .cards tr:first-child { display: none; } .cards tr { display: block; border-bottom: 1px solid var(--line); padding: .4rem 0; }
  .cards td, .cards td.number, .cards td.state { display: block; border: 0; padding: 0; text-align: left; white-space: normal; overflow-wrap: anywhere; }
  .cards td:empty { display: none; }
  .cards td[data-label]::before { content: attr(data-label) ': '; color: var(--muted); }
}
@media print {
  :root { color-scheme: light; } .wide { overflow: visible; } .plot { break-inside: avoid; }
  .plot.narrow { display: none; } .plot.broad { display: block; } details::details-content { content-visibility: visible; display: block; }
  body { max-width: none; padding: 0; } h2 { break-after: avoid; } tr { break-inside: avoid; } table { font-size: .85em; } }`;

/** A page that stands alone: no script, nothing loaded from elsewhere. */
export function page(title: string, body: Markup): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${{ markup: style }}</style>
</head>
<body>
<main>
${body}
</main>
</body>
</html>
`.markup;
}

/** A picture for a screen and one for a phone: a letter that shrinks with its picture cannot be read. */
export const atEachWidth = (picture: (width: number) => Markup): Markup =>
  html`<div class="plot broad">${picture(960)}</div><div class="plot narrow">${picture(358)}</div>`;

/** What may be wider than a screen scrolls by itself; whoever has no mouse reaches it with the tab key. */
export const wide = (label: string, table: Markup): Markup =>
  html`<div class="wide" role="region" tabindex="0" aria-label="${label}">${table}</div>`;
