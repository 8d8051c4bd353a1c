import { refuse } from './invalid-pattern.ts';

/** AWS does not publish its measure; its documentation refuses five times the same character after a wildcard. */
const MOST_ALIKE = 4;

/** `*` stands for any characters, `\*` for a star, `\\` for a backslash. */
export function wildcardTest(pattern: string): (leaf: string) => boolean {
  const parts: string[] = [''];
  for (let at = 0; at < pattern.length; at += 1) {
    const letter = pattern.charAt(at);
    const last = parts.length - 1;
    if (letter === '*') {
      if (pattern.charAt(at + 1) === '*') {
        // AWS counts with the opening quotation mark, and names the second star.
        return refuse(`Consecutive wildcard characters at pos ${at + 1}`);
      }
      parts.push('');
    } else if (letter === '\\') {
      at += 1;
      const escaped = pattern.charAt(at);
      if (escaped !== '*' && escaped !== '\\') {
        return refuse(`Invalid escape character at pos ${at}`);
      }
      parts[last] += escaped;
    } else {
      parts[last] += letter;
    }
  }
  refuseTooComplex(parts.slice(1));
  return (leaf) => matches(parts, leaf);
}

function refuseTooComplex(afterStars: readonly string[]): void {
  const alike = new Map<string, number>();
  for (const part of afterStars) {
    const first = part.charAt(0);
    alike.set(first, (alike.get(first) ?? 0) + (first === '' ? 0 : 1));
  }
  if (Math.max(0, ...alike.values()) > MOST_ALIKE) {
    refuse(
      'Rule is too complex - try using fewer wildcard characters or fewer repeating character sequences after a wildcard character',
    );
  }
}

/** Without a regular expression, whose time may grow beyond all bounds: each part is looked for once, from the left. */
function matches(parts: readonly string[], leaf: string): boolean {
  const [first = '', ...rest] = parts;
  const last = rest.pop();
  if (last === undefined) {
    return leaf === first;
  }
  if (!leaf.startsWith(first) || leaf.length < first.length + last.length || !leaf.endsWith(last)) {
    return false;
  }
  let from = first.length;
  for (const part of rest) {
    const found = leaf.indexOf(part, from);
    if (found < 0) {
      return false;
    }
    from = found + part.length;
  }
  return from <= leaf.length - last.length;
}
