/** `*` is any text, `?` one character; everything else stands for itself. */
export function matchesPattern(pattern: string, text: string, options: { ignoreCase?: boolean } = {}): boolean {
  return regularExpression(pattern, options.ignoreCase === true).test(text);
}

/** An ARN's first five parts are matched one by one, so that a `*` in one never reaches into the next. */
export function matchesArn(pattern: string, arn: string): boolean {
  if (pattern === '*') {
    return true;
  }
  const [patterns, parts] = [arnExpressions(pattern), arnParts(arn)];
  return patterns.length === parts.length && patterns.every((part, index) => part.test(parts[index] ?? ''));
}

/** Partition, service, region, account and the rest, which may itself hold colons. */
const partsBeforeResource = 5;

function arnParts(arn: string): string[] {
  const parts = arn.split(':');
  return [...parts.slice(0, partsBeforeResource), parts.slice(partsBeforeResource).join(':')];
}

// Every call of a run is matched against all statements of its caller: patterns are read once.
const ofArns = new Map<string, readonly RegExp[]>();

function arnExpressions(pattern: string): readonly RegExp[] {
  const known = ofArns.get(pattern);
  if (known !== undefined) return known;
  const made = arnParts(pattern).map((part) => regularExpression(part, false));
  ofArns.set(pattern, made);
  return made;
}

const ofTexts = [new Map<string, RegExp>(), new Map<string, RegExp>()] as const;

function regularExpression(pattern: string, ignoreCase: boolean): RegExp {
  const compiled = ofTexts[ignoreCase ? 1 : 0];
  const known = compiled.get(pattern);
  if (known !== undefined) {
    return known;
  }
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '[^]*')
    .replaceAll('?', '[^]');
  const made = new RegExp(`^${source}$`, ignoreCase ? 'i' : '');
  compiled.set(pattern, made);
  return made;
}
