/** `*` is any text, `?` one character; everything else stands for itself. */
export function matchesPattern(pattern: string, text: string, options: { ignoreCase?: boolean } = {}): boolean {
  return regularExpression(pattern, options.ignoreCase === true).test(text);
}

/** An ARN's first five parts are matched one by one, so that a `*` in one never reaches into the next. */
export function matchesArn(pattern: string, arn: string): boolean {
  if (pattern === '*') {
    return true;
  }
  const patterns = arnParts(pattern);
  const parts = arnParts(arn);
  return patterns.length === parts.length && patterns.every((part, index) => matchesPattern(part, parts[index] ?? ''));
}

const PARTS_BEFORE_RESOURCE = 5;

/** Partition, service, region, account and the rest, which may itself hold colons. */
function arnParts(arn: string): string[] {
  const parts = arn.split(':');
  return [...parts.slice(0, PARTS_BEFORE_RESOURCE), parts.slice(PARTS_BEFORE_RESOURCE).join(':')];
}

const compiled = new Map<string, RegExp>();

function regularExpression(pattern: string, ignoreCase: boolean): RegExp {
  const key = `${ignoreCase ? 'i' : ''} ${pattern}`;
  const known = compiled.get(key);
  if (known !== undefined) {
    return known;
  }
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '[^]*')
    .replaceAll('?', '[^]');
  const made = new RegExp(`^${source}$`, ignoreCase ? 'i' : '');
  compiled.set(key, made);
  return made;
}
