import { maskLog } from './mask.ts';

/** Masks a line of any log. Of a line that is JSON each text is masked by itself, so that it stays JSON. */
export function maskLogLine(line: string): string {
  const parsed = line.startsWith('{') ? jsonOf(line) : undefined;
  return parsed === undefined ? maskLog(line) : JSON.stringify(maskedValue(parsed, ''));
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

const secretName = /password|passwd|passphrase|secret|token|api[_-]?key|credential/i;

function maskedValue(value: unknown, name: string): unknown {
  if (typeof value === 'string') return secretName.test(name) && !/Arn$/i.test(name) ? '…' : maskLog(value);
  if (Array.isArray(value)) return value.map((one) => maskedValue(one, name));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, maskedValue(one, key)]));
}
