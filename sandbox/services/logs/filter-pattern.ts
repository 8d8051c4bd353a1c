import { AwsError } from '../../wire/aws-error.ts';

/**
 * CloudWatch Logs filter patterns: terms (`ERROR "two words" -debug ?a ?b`) and one comparison of a JSON field
 * (`{ $.level = "ERROR" }`, `{ $.seconds > 3 }`). Anything else is refused rather than matched wrongly.
 */
export function compileFilter(pattern: string): (message: string) => boolean {
  const trimmed = pattern.trim();
  if (trimmed === '') {
    return () => true;
  }
  return trimmed.startsWith('{') ? compileJson(trimmed) : compileTerms(trimmed);
}

function compileTerms(pattern: string): (message: string) => boolean {
  if (/^[[%]/.test(pattern)) {
    throw unsupported(pattern);
  }
  const all: string[] = [];
  const any: string[] = [];
  const none: string[] = [];
  for (const [, sign, quoted, plain] of pattern.matchAll(/([?-]?)(?:"([^"]*)"|(\S+))/g)) {
    (sign === '?' ? any : sign === '-' ? none : all).push(quoted ?? plain ?? '');
  }
  return (message) =>
    all.every((term) => message.includes(term)) &&
    (any.length === 0 || any.some((term) => message.includes(term))) &&
    !none.some((term) => message.includes(term));
}

function compileJson(pattern: string): (message: string) => boolean {
  const match = /^\{\s*\$\.([\w.-]+)\s*(=|!=|>=|<=|>|<)\s*(?:"([^"]*)"|([^\s"&|]+))\s*\}$/.exec(pattern);
  if (match === null) {
    throw unsupported(pattern);
  }
  const [, path = '', operator = '', quoted, plain] = match;
  return (message) => {
    const value = fieldOf(message, path.split('.'));
    if (value === undefined) {
      return false;
    }
    const wanted = quoted ?? plain ?? '';
    const same = wildcard(wanted).test(String(value));
    switch (operator) {
      case '=':
        return same;
      case '!=':
        return !same;
      default:
        return compare(operator, Number(value), Number(wanted));
    }
  };
}

function compare(operator: string, value: number, wanted: number): boolean {
  return operator === '>'
    ? value > wanted
    : operator === '<'
      ? value < wanted
      : operator === '>='
        ? value >= wanted
        : value <= wanted;
}

function wildcard(text: string): RegExp {
  return new RegExp(
    `^${text
      .split('*')
      .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
      .join('.*')}$`,
    's',
  );
}

function fieldOf(message: string, path: readonly string[]): unknown {
  let value: unknown;
  try {
    value = JSON.parse(message);
  } catch {
    // A JSON pattern does not match a line that is no JSON.
    return undefined;
  }
  for (const step of path) {
    value = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[step] : undefined;
  }
  return value;
}

function unsupported(pattern: string): AwsError {
  return new AwsError('InvalidParameterException', `the sandbox does not emulate the filter pattern '${pattern}'`);
}
