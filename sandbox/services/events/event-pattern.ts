/** Whether an event matches an EventBridge event pattern. A rule that the sandbox does not know throws. */
export function matchesPattern(pattern: unknown, event: unknown): boolean {
  if (!isRecord(pattern)) {
    throw new Error(`event pattern is ${JSON.stringify(pattern)}, it must be an object`);
  }
  return Object.entries(pattern).every(([key, wanted]) => {
    if (key === '$or' && Array.isArray(wanted)) {
      return wanted.some((alternative) => matchesPattern(alternative, event));
    }
    const value = isRecord(event) ? event[key] : undefined;
    return Array.isArray(wanted) ? matchesAny(wanted, value) : matchesPattern(wanted, value);
  });
}

/** An array in the event matches when one of its elements does. */
function matchesAny(rules: readonly unknown[], value: unknown): boolean {
  const values = Array.isArray(value) ? value : [value];
  return rules.some((rule) => (isRecord(rule) ? matchesRule(rule, values) : values.includes(rule)));
}

function matchesRule(rule: Record<string, unknown>, values: readonly unknown[]): boolean {
  const [entry] = Object.entries(rule);
  const [kind, operand] = entry ?? ['', undefined];
  const texts = values.filter((value) => typeof value === 'string');
  switch (kind) {
    case 'exists':
      return values.some((value) => value !== undefined) === operand;
    case 'prefix':
      return texts.some((text) => affix(operand, text, (one, other) => one.startsWith(other)));
    case 'suffix':
      return texts.some((text) => affix(operand, text, (one, other) => one.endsWith(other)));
    case 'equals-ignore-case':
      return texts.some((text) => text.toLowerCase() === String(operand).toLowerCase());
    case 'wildcard':
      return texts.some((text) => wildcard(String(operand)).test(text));
    case 'anything-but':
      return anythingBut(operand, values);
    case 'numeric':
      return values.some((value) => typeof value === 'number' && numeric(operand, value));
    default:
      throw new Error(`event pattern has the rule '${kind}', which the sandbox does not know`);
  }
}

function affix(operand: unknown, text: string, test: (text: string, part: string) => boolean): boolean {
  if (isRecord(operand)) {
    return test(text.toLowerCase(), String(operand['equals-ignore-case']).toLowerCase());
  }
  return test(text, String(operand));
}

function anythingBut(operand: unknown, values: readonly unknown[]): boolean {
  const present = values.filter((value) => value !== undefined);
  if (isRecord(operand)) {
    return present.length > 0 && !matchesRule(operand, present);
  }
  const refused: unknown[] = Array.isArray(operand) ? operand : [operand];
  return present.length > 0 && present.every((value) => !refused.includes(value));
}

function numeric(operand: unknown, value: number): boolean {
  const terms: unknown[] = Array.isArray(operand) ? operand : [];
  for (let index = 0; index < terms.length; index += 2) {
    const limit = Number(terms[index + 1]);
    const holds = {
      '<': value < limit,
      '<=': value <= limit,
      '>': value > limit,
      '>=': value >= limit,
      '=': value === limit,
    }[String(terms[index])];
    if (holds !== true) {
      return false;
    }
  }
  return terms.length > 0;
}

function wildcard(pattern: string): RegExp {
  return new RegExp(
    `^${pattern
      .split('*')
      .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
      .join('.*')}$`,
    's',
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
