/** HTML by tagged template: every value is escaped unless it is markup already. */
export type Markup = { readonly markup: string };

export function html(strings: TemplateStringsArray, ...values: readonly unknown[]): Markup {
  return { markup: strings.map((text, index) => (index === 0 ? text : render(values[index - 1]) + text)).join('') };
}

function render(value: unknown): string {
  if (Array.isArray(value)) return value.map(render).join('');
  if (value === null || value === undefined || value === false) return '';
  if (typeof value === 'object' && 'markup' in value) return String(value.markup);
  return escapeHtml(String(value));
}

export const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`);
