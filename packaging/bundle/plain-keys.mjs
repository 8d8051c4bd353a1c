/**
 * The schemas of a client with the keys of their traits written out: `{ [_xN]: …}` becomes `{ "xmlName": …}`. To a bundler a
 * computed key may have effects, so that it keeps every schema of the client: of EC2 550 kB for five operations.
 */
export function plainKeys(source) {
  const texts = new Map([...source.matchAll(/^const (_\w+) = ("[^"\\]*");$/gm)].map(([, name, text]) => [name, text]));
  return source.replace(/\[(_\w+)\]:/g, (computed, name) => (texts.has(name) ? `${texts.get(name)}:` : computed));
}
