import type { Waste } from '../../contracts/waste.ts';
import { formatMoney } from '../format.ts';
import { html, type Markup } from '../html.ts';
import { wasteText } from './waste-text.ts';

/** Every finding with its money, evidence and the command; nothing is done before a person has accepted it. */
export function wasteSection(waste: Waste): Markup {
  const { findings, missing, currency } = waste;
  return html`<h2>Waste</h2>
<p class="${missing.length > 0 ? 'warn' : ''}">${wasteText(waste)}.</p>
${missing.length > 0 && html`<ul>${missing.map(({ part, region, error }) => html`<li class="warn">${part} of ${region}: ${error}</li>`)}</ul>`}
${
  findings.length > 0 &&
  html`<div class="wide"><table>
<tr><th>Finding</th><th class="number">A month</th><th>Evidence</th><th>Difficulty</th><th>What to do</th></tr>
${findings.map(
  ({ kind, region, resource, aMonth, basis, evidence, difficulty, action }) =>
    html`<tr><td>${kind}<br>${resource}<br><small>${region}</small></td><td class="number">${aMonth === null ? 'unknown' : formatMoney(aMonth, currency)}<br><small>${basis}</small></td><td>${evidence}</td><td>${difficulty}</td><td><code>${action}</code></td></tr>
`,
)}</table></div>
<p><small>Accept one with <code>npm run recommendations -- accept --id &lt;finding&gt;/&lt;region&gt;/&lt;resource&gt; …</code>; its saving is measured from then on.</small></p>`
}`;
}
