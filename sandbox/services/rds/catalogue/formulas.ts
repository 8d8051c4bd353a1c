import { invalidValue } from '../model/errors.ts';

/** The quantities that a parameter's value may be computed from. */
export type FormulaVariables = Readonly<Record<string, number>>;

/** `{DBInstanceClassMemory/9531392}`, `LEAST({DBInstanceClassMemory/9531392},5000)`: whether a value is computed. */
export function isFormula(value: string): boolean {
  return value.includes('{') || /^(LEAST|GREATEST|SUM)\(/.test(value);
}

/** Throws when a formula could not be evaluated for any instance. */
export function checkFormula(text: string): void {
  const names = ['DBInstanceClassMemory', 'DBInstanceVCPU', 'AllocatedStorage', 'EndPointPort', 'TrueIfReplica'];
  evaluateFormula(text, Object.fromEntries(names.map((name) => [name, 1])));
}

export function evaluateFormula(text: string, variables: FormulaVariables): number {
  const call = /^(LEAST|GREATEST|SUM)\((.*)\)$/.exec(text.trim());
  if (call !== null) {
    const values = splitArguments(call[2] ?? '').map((part) => evaluateFormula(part, variables));
    if (call[1] === 'LEAST') return Math.min(...values);
    if (call[1] === 'GREATEST') return Math.max(...values);
    return values.reduce((sum, value) => sum + value, 0);
  }
  const expression = text.trim().replace(/^\{(.*)\}$/, '$1');
  const [first = '', ...rest] = expression.split(/([*/])/);
  let result = operand(first, text, variables);
  for (let at = 0; at + 1 < rest.length; at += 2) {
    const right = operand(rest[at + 1] ?? '', text, variables);
    result = rest[at] === '*' ? result * right : Math.floor(result / right);
  }
  return result;
}

function operand(word: string, formula: string, variables: FormulaVariables): number {
  const value = /^\d+$/.test(word.trim()) ? Number(word) : variables[word.trim()];
  if (value === undefined) throw invalidValue(`Invalid formula ${formula}: unknown quantity '${word.trim()}'`);
  return value;
}

/** At the commas outside braces and parentheses. */
function splitArguments(text: string): string[] {
  let depth = 0;
  const parts = [''];
  for (const letter of text) {
    if ('({'.includes(letter)) depth += 1;
    if (')}'.includes(letter)) depth -= 1;
    if (letter === ',' && depth === 0) parts.push('');
    else parts[parts.length - 1] += letter;
  }
  return parts;
}
