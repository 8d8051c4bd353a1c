/** Text as XML content. */
export function escapeXml(text: string): string {
  return text.replace(/[&<>"\r]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** Elements of a flat object of simple values; used for the members of an error. */
export function xmlElements(members: Readonly<Record<string, unknown>>): string {
  return Object.entries(members)
    .filter(([, value]) => ['string', 'number', 'boolean', 'bigint'].includes(typeof value))
    .map(([name, value]) => `<${name}>${escapeXml(String(value))}</${name}>`)
    .join('');
}

/** The children of the root element of a serialised document. */
export function innerXml(document: string): string {
  const open = /^(?:<\?xml[^>]*\?>)?<[^>]*?(\/?)>/.exec(document);
  if (open === null || open[1] === '/') {
    return '';
  }
  return document.slice(open[0].length, document.lastIndexOf('</'));
}
