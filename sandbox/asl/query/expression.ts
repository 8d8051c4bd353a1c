import jsonata, { type Expression } from 'jsonata';
import { boundEvaluation, newBudget } from '../evaluation-budget.ts';
import { registerQueryFunctions } from './query-functions.ts';

/** The text inside `{% … %}` when the whole string is one expression; a string that only contains one is literal. */
export function expressionText(value: unknown): string | undefined {
  if (typeof value !== 'string' || !value.startsWith('{%') || !value.endsWith('%}') || value.length < 4) {
    return undefined;
  }
  return value.slice(2, -2).trim();
}

const compiled = new Map<string, Expression>();

/** @throws jsonata's error when the text does not parse */
export function compile(text: string): Expression {
  const known = compiled.get(text);
  if (known !== undefined) {
    return known;
  }
  const expression = jsonata(text);
  registerQueryFunctions(expression);
  boundEvaluation(expression);
  compiled.set(text, expression);
  return expression;
}

export type ExpressionResult =
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'failed'; readonly message: string };

export async function evaluateExpression(text: string, bindings: Record<string, unknown>): Promise<ExpressionResult> {
  let result: unknown;
  try {
    result = await compile(text).evaluate(undefined, { ...bindings, ...newBudget() });
  } catch (thrown) {
    return { kind: 'failed', message: describe(thrown) };
  }
  if (result === undefined) {
    return { kind: 'nothing' };
  }
  // JSONata marks its arrays with hidden properties and may return functions or Infinity: only JSON leaves an expression.
  const json = isFunction(result)
    ? undefined
    : JSON.stringify(result, (_key, value) => (isFunction(value) ? undefined : jsonNumber(value)));
  return json === undefined
    ? { kind: 'failed', message: 'T0001: the expression returned a function, which is not JSON' }
    : { kind: 'value', value: JSON.parse(json) };
}

/** AWS writes what is no JSON number as text. */
function jsonNumber(value: unknown): unknown {
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
}

function isFunction(value: unknown): boolean {
  return (
    typeof value === 'function' ||
    (typeof value === 'object' && value !== null && '_jsonata_function' in value) ||
    (typeof value === 'object' && value !== null && '_jsonata_lambda' in value)
  );
}

function describe(thrown: unknown): string {
  if (typeof thrown === 'object' && thrown !== null && 'message' in thrown) {
    const code = 'code' in thrown && typeof thrown.code === 'string' ? `${thrown.code}: ` : '';
    return `${code}${String(thrown.message)}`;
  }
  return String(thrown);
}
