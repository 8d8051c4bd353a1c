import { AwsError } from '../../wire/aws-error.ts';

export type Series = readonly (number | undefined)[];
/** A number, a series, a list of them, or the word `REPEAT` for FILL. */
export type MathValue = number | Series | 'REPEAT' | { readonly list: readonly MathValue[] };

type MathFunction = { readonly operands: number; apply(values: readonly MathValue[]): MathValue };

export const FUNCTIONS: Readonly<Record<string, MathFunction>> = {
  ABS: { operands: 1, apply: ([value]) => map(value, Math.abs) },
  CEIL: { operands: 1, apply: ([value]) => map(value, Math.ceil) },
  FLOOR: { operands: 1, apply: ([value]) => map(value, Math.floor) },
  SUM: { operands: 1, apply: ([value]) => aggregate(value, (numbers) => numbers.reduce((sum, one) => sum + one, 0)) },
  AVG: {
    operands: 1,
    apply: ([value]) => aggregate(value, (numbers) => numbers.reduce((sum, one) => sum + one, 0) / numbers.length),
  },
  MIN: { operands: 1, apply: ([value]) => aggregate(value, (numbers) => Math.min(...numbers)) },
  MAX: { operands: 1, apply: ([value]) => aggregate(value, (numbers) => Math.max(...numbers)) },
  IF: {
    operands: 3,
    apply: ([condition, yes, no]) =>
      combine([condition, yes, no], ([test, one, other]) =>
        test === undefined ? undefined : test !== 0 ? one : other,
      ),
  },
  FILL: { operands: 2, apply: ([value, filling]) => fill(value, filling) },
};

/** A period in which an operand has no data has no result; neither has a division by zero. */
export function binary(operator: string, left: MathValue, right: MathValue): MathValue {
  return combine([left, right], ([one, other]) =>
    one === undefined || other === undefined ? undefined : calculate(operator, one, other),
  );
}

export const negate = (value: MathValue): MathValue => map(value, (number) => -number);

function calculate(operator: string, one: number, other: number): number | undefined {
  switch (operator) {
    case '+':
      return one + other;
    case '-':
      return one - other;
    case '*':
      return one * other;
    case '/':
      return other === 0 ? undefined : one / other;
    case '^':
      return one ** other;
    case '<':
      return Number(one < other);
    case '<=':
      return Number(one <= other);
    case '>':
      return Number(one > other);
    case '>=':
      return Number(one >= other);
    case '==':
      return Number(one === other);
    case '!=':
      return Number(one !== other);
    case 'AND':
    case '&&':
      return Number(one !== 0 && other !== 0);
    default:
      return Number(one !== 0 || other !== 0);
  }
}

function combine(
  values: readonly (MathValue | undefined)[],
  join: (numbers: readonly (number | undefined)[]) => number | undefined,
): MathValue {
  const operands = values.map(numbers);
  const length = operands.find((operand) => typeof operand !== 'number')?.length;
  const at = (index: number) =>
    join(operands.map((operand) => (typeof operand === 'number' ? operand : operand[index])));
  return length === undefined ? (at(0) ?? []) : Array.from({ length }, (_, index) => at(index));
}

const map = (value: MathValue | undefined, change: (number: number) => number): MathValue =>
  combine([value], ([one]) => (one === undefined ? undefined : change(one)));

/** Of one series a number; of a list a series, each period over the members that have data in it. */
function aggregate(value: MathValue | undefined, reduce: (numbers: readonly number[]) => number): MathValue {
  if (typeof value === 'object' && 'list' in value) {
    const members = value.list.map(numbers);
    const length = members.find((member) => typeof member !== 'number')?.length ?? 0;
    return Array.from({ length }, (_, index) => {
      const present = members.flatMap((member) => (typeof member === 'number' ? member : member[index]) ?? []);
      return present.length === 0 ? undefined : reduce(present);
    });
  }
  const series = numbers(value);
  if (typeof series === 'number') return series;
  const present = series.filter((one) => one !== undefined);
  return present.length === 0 ? [] : reduce(present);
}

/** A series without any data stays empty, as in CloudWatch: there is nothing to fill between. */
function fill(value: MathValue | undefined, filling: MathValue | undefined): MathValue {
  const series = numbers(value);
  if (typeof series === 'number' || series.every((one) => one === undefined)) return series;
  if (filling === 'REPEAT') {
    let last: number | undefined;
    return series.map((one) => (last = one ?? last));
  }
  const other = numbers(filling);
  return series.map((one, index) => one ?? (typeof other === 'number' ? other : other[index]));
}

function numbers(value: MathValue | undefined): number | Series {
  if (typeof value === 'number') return value;
  if (value === undefined || value === 'REPEAT' || 'list' in value) {
    throw new AwsError('ValidationError', 'a metric math function has a list or a word where it takes a series');
  }
  return value;
}
