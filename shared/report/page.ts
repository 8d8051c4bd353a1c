import { html, type Markup } from './html.ts';

const style = `
:root { color-scheme: light dark; --line: #8884; --good: #15803d; --warn: #b45309; --bad: #b91c1c; }
@media (prefers-color-scheme: dark) { :root { --good: #4ade80; --warn: #fbbf24; --bad: #f87171; } }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 62rem; margin: 0 auto; padding: 1rem; overflow-wrap: anywhere; }
h1 { font-size: 1.4rem; margin: .5rem 0; } h2 { font-size: 1.05rem; margin: 1.6rem 0 .4rem; }
table { border-collapse: collapse; width: 100%; } .wide { overflow-x: auto; }
th, td { text-align: left; padding: .3rem .6rem .3rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; overflow-wrap: normal; white-space: nowrap; } td.state { white-space: nowrap; } th { overflow-wrap: normal; }
.verdict { border-left: .5rem solid; padding: .6rem 1rem; margin: 1rem 0; }
.good { color: var(--good); } .warn { color: var(--warn); } .bad { color: var(--bad); }
.plot { margin: .6rem 0; } .plot svg { display: block; } .plot.narrow { display: none; }
small { opacity: .75; } code { font-size: .9em; } ul { margin: .2rem 0; padding-left: 1.2rem; }
@media (max-width: 40rem) {
  .plot.narrow { display: block; } .plot.broad { display: none; }
  .cards tr:first-child { display: none; } .cards tr { display: block; border-bottom: 1px solid var(--line); padding: .4rem 0; }
  .cards td, .cards td.number { display: block; border: 0; padding: 0; text-align: left; white-space: normal; }
  .cards td:empty { display: none; }
  .cards td[data-label]::before { content: attr(data-label) ': '; opacity: .75; }
}
@media print {
  :root { color-scheme: light; } .wide { overflow: visible; } .plot { break-inside: avoid; }
  .plot.narrow { display: none; } .plot.broad { display: block; } details::details-content { content-visibility: visible; display: block; }
  body { max-width: none; padding: 0; } h2 { break-after: avoid; } tr { break-inside: avoid; } }`;

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
${body}
</body>
</html>
`.markup;
}

/** A picture for a screen and one for a phone: a letter that shrinks with its picture cannot be read. */
export const atEachWidth = (picture: (width: number) => Markup): Markup =>
  html`<div class="plot broad">${picture(960)}</div><div class="plot narrow">${picture(358)}</div>`;
