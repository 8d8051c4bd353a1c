import type { Evidence, Verdict } from '../../contracts/backup-and-verify.ts';
import { html, type Markup } from '../html.ts';

/** What a reader wants to know first. */
export const isProvenBy = (verdict: Verdict): boolean => verdict === 'exact' || verdict === 'bounded';

/** Gaps that are named beside the verdict; the ladder has all of them. */
const shownGaps = 5;

/** PROVEN or NOT PROVEN, the verdict's own word and sentence, and what a proven backup leaves open. */
export function verdictHeadline({ verdict, summary, rungs }: Evidence): Markup {
  const isProven = isProvenBy(verdict);
  const gaps = rungs.flatMap(({ findings }) => findings.filter(({ status }) => status === 'gap'));
  const more = gaps.length - shownGaps;
  return html`<div class="verdict ${isProven ? 'good' : 'bad'}"><strong>${isProven ? 'PROVEN' : 'NOT PROVEN'}</strong> ${verdict}<br>${summary}</div>
${
  isProven &&
  gaps.length > 0 &&
  html`<p class="warn">Not proven:</p><ul>${gaps.slice(0, shownGaps).map(({ object, problem }) => html`<li class="warn"><code>${object}</code> ${problem}</li>`)}${more > 0 && html`<li class="warn">and ${more} more in the ladder</li>`}</ul>`
}`;
}
