import type { Evidence } from '../../shared/contracts/backup-and-verify.ts';
import type { Loading } from '../demo/loading.ts';

/** Names on the terminal and on the page; the evidence has them all. */
const shown = 20;

/** The evidence of a copy that is not the reader's whole database: never one of a proven backup. */
export function withLoading(evidence: Evidence, loading: Loading | undefined): Evidence {
  if (loading?.summary === undefined) return evidence;
  return {
    ...evidence,
    verdict: 'failed',
    summary: `${loading.summary}; of what arrived: ${evidence.verdict}, ${evidence.summary}`,
    loading: [...loading.missing],
  };
}

export function loadingLines({ loading = [] }: Evidence): string[] {
  if (loading.length === 0) return [];
  const more = loading.length - shown;
  return [
    'Did not arrive from your database',
    ...loading.slice(0, shown).map(({ object, problem }) => `  ${object}: ${problem}`),
    ...(more > 0 ? [`  and ${more} more in the evidence`] : []),
    '',
  ];
}

/** The page that the functions have made, with what only this command knows, before everything else. */
export function reportWithLoading(page: string, evidence: Evidence): string {
  const { loading = [], verdict, summary } = evidence;
  if (loading.length === 0) return page;
  const more = loading.length - shown;
  const items = loading
    .slice(0, shown)
    .map(({ object, problem }) => `<li class="bad"><code>${escaped(object)}</code> ${escaped(problem)}</li>`);
  if (more > 0) items.push(`<li>and ${more} more in the evidence</li>`);
  const section = `<div class="verdict bad"><strong>${verdict}</strong><br>${escaped(summary)}</div>
<h2>Did not arrive</h2><ul>${items.join('')}</ul>`;
  const place = /<div class="verdict [^>]*>.*?<\/div>/s;
  if (!place.test(page)) throw new Error('the page of the report has no verdict');
  return page
    .replace(place, () => section)
    .replace(/<title>[^<]*<\/title>/, (title) => title.replace(/: \w+/, `: ${verdict}`));
}

const escaped = (text: string) => text.replace(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`);
