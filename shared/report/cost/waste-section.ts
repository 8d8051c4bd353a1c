import type { Waste } from '../../contracts/waste.ts';
import { formatMoney } from '../format.ts';
import { html, type Markup } from '../html.ts';
import { wide } from '../page.ts';
import { wasteText } from './waste-text.ts';

/** Every finding with its money, evidence and the command; nothing is done before a person has accepted it. */
export function wasteSection(waste: Waste): Markup {
  const { findings, missing, currency } = waste;
  return html`<h2>Waste</h2>
<p class="${missing.length > 0 ? 'warn' : ''}">${wasteText(waste)}.</p>
${missing.length > 0 && html`<ul>${missing.map(({ part, region, error }) => html`<li class="warn">${part} of ${region}: ${error}</li>`)}</ul>`}
${
  findings.length > 0 &&
  html`${wide(
    'Waste',
    html`<table class="cards findings">
<tr><th>Finding</th><th class="number">A month</th><th>Difficulty</th><th>Evidence, and what to do</th></tr>
${findings.map(
  ({ kind, region, resource, aMonth, basis, evidence, difficulty, action }) =>
    html`<tr><td>${kind}<br><code>${resource}</code><br><small>${region}</small></td><td class="number" data-label="a month">${aMonth === null ? 'unknown' : formatMoney(aMonth, currency)}</td><td data-label="difficulty">${difficulty}</td><td>${evidence}<br><small>${basis}</small><br><code>${action}</code></td></tr>
`,
)}</table>`,
  )}
<p><small>Accept one with <code>npm run recommendations -- accept --id &lt;finding&gt;/&lt;region&gt;/&lt;resource&gt; …</code>; its saving is measured from then on.</small></p>`
}`;
}
