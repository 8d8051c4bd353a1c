import { AwsError } from '../../wire/aws-error.ts';
import { binary, FUNCTIONS, type MathValue, negate } from './metric-functions.ts';

/** A parsed metric math expression. Every series has the same periods; `undefined` is a period without data. */
export type Expression = {
  /** Ids of the queries that it reads. */
  readonly ids: readonly string[];
  evaluate(values: (id: string) => MathValue, metrics: readonly MathValue[]): MathValue;
};

type Node = (values: (id: string) => MathValue, metrics: readonly MathValue[]) => MathValue;

/** How tightly an operator binds; `^` binds to the right. */
const PRECEDENCE: Readonly<Record<string, number>> = {
  OR: 1,
  '||': 1,
  AND: 2,
  '&&': 2,
  '==': 3,
  '!=': 3,
  '<': 4,
  '<=': 4,
  '>': 4,
  '>=': 4,
  '+': 5,
  '-': 5,
  '*': 6,
  '/': 6,
  '^': 8,
};
const UNARY_PRECEDENCE = 7;

/** Parses or refuses by name what the sandbox does not know: CloudWatch has more functions than are here. */
export function parseExpression(text: string): Expression {
  const tokens =
    text.match(/\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|[A-Za-z_]\w*|==|!=|<=|>=|&&|\|\||[-+*/^<>()[\],]|\S/g) ?? [];
  const ids = new Set<string>();
  let at = 0;
  const refuse = (why: string) =>
    new AwsError('ValidationError', `expression '${text}' ${why}`, { members: { expression: text } });
  const expect = (token: string): void => {
    if (tokens[at] !== token) throw refuse(`has '${tokens[at] ?? 'its end'}' where '${token}' is required`);
    at += 1;
  };

  function list(end: string): Node[] {
    const nodes: Node[] = [];
    while (tokens[at] !== end) {
      if (nodes.length > 0) expect(',');
      nodes.push(climb(0));
    }
    expect(end);
    return nodes;
  }

  function primary(): Node {
    const token = tokens[at] ?? '';
    at += 1;
    if (/^\d/.test(token)) return () => Number(token);
    if (token === '(') {
      const inner = climb(0);
      expect(')');
      return inner;
    }
    if (token === '[') {
      const members = list(']');
      return (...scope) => ({ list: members.map((member) => member(...scope)) });
    }
    if (token === '-') {
      const operand = climb(UNARY_PRECEDENCE);
      return (...scope) => negate(operand(...scope));
    }
    if (!/^[A-Za-z_]/.test(token)) throw refuse(`has '${token || 'its end'}' where a value is required`);
    if (tokens[at] !== '(') {
      if (token === 'REPEAT') return () => 'REPEAT';
      if (!/^[a-z]/.test(token)) throw refuse(`has '${token}', an id begins with a lower-case letter`);
      ids.add(token);
      return (values) => values(token);
    }
    at += 1;
    const operands = list(')');
    if (token === 'METRICS') {
      if (operands.length > 0) throw refuse("has a filter in 'METRICS', which the sandbox does not emulate");
      return (_values, metrics) => ({ list: metrics });
    }
    const known = Object.hasOwn(FUNCTIONS, token) ? FUNCTIONS[token] : undefined;
    if (known === undefined) {
      throw refuse(`calls '${token}', the sandbox knows ${[...Object.keys(FUNCTIONS), 'METRICS'].join(', ')}`);
    }
    if (operands.length !== known.operands) {
      throw refuse(`gives ${operands.length} operands to '${token}', it takes ${known.operands}`);
    }
    return (...scope) => known.apply(operands.map((operand) => operand(...scope)));
  }

  function climb(minimum: number): Node {
    let left = primary();
    for (;;) {
      const operator = tokens[at] ?? '';
      const precedence = PRECEDENCE[operator];
      if (precedence === undefined || precedence < minimum) return left;
      at += 1;
      const [one, other] = [left, climb(operator === '^' ? precedence : precedence + 1)];
      left = (...scope) => binary(operator, one(...scope), other(...scope));
    }
  }

  const root = climb(0);
  if (at < tokens.length) throw refuse(`has '${tokens[at]}' after its end`);
  return { ids: [...ids], evaluate: root };
}
