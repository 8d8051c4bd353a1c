import { expressionText } from '../query/expression.ts';

/** What a field must hold. A field marked `expression` may hold one `{% … %}` string instead. */
export type FieldRule = {
  readonly required?: boolean;
  readonly expression?: boolean;
  /** An `array` has an element, a `list` may be empty. */
  readonly type: 'string' | 'integer' | 'number' | 'boolean' | 'array' | 'list' | 'object' | 'strings' | 'any';
  readonly minimum?: number;
  readonly maximum?: number;
  readonly oneOf?: readonly string[];
};

export type FieldRules = Readonly<Record<string, FieldRule>>;

export function checkFields(value: unknown, rules: FieldRules, place: string): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return [`${place.replace(/\/$/, '')}: an object is required`];
  }
  const unknown = Object.keys(value)
    .filter((field) => !Object.hasOwn(rules, field))
    .map((field) => `${place}${field}: not a field of JSONata states here`);
  const wrong = Object.entries(rules).flatMap(([field, rule]) =>
    checkField(Reflect.get(value, field), rule, place + field),
  );
  return [...unknown, ...wrong];
}

function checkField(value: unknown, rule: FieldRule, place: string): string[] {
  if (value === undefined) {
    return rule.required === true ? [`${place}: is required`] : [];
  }
  if (rule.expression === true && expressionText(value) !== undefined) {
    return [];
  }
  if (!hasType(value, rule.type)) {
    const expected = rule.type === 'strings' ? 'a list of at least one string' : `type '${rule.type}'`;
    return [`${place}: is ${JSON.stringify(value)?.slice(0, 60)}, ${expected} is required`];
  }
  if (rule.minimum !== undefined && typeof value === 'number' && value < rule.minimum) {
    return [`${place}: is ${value}, at least ${rule.minimum} is required`];
  }
  if (rule.maximum !== undefined && typeof value === 'number' && value > rule.maximum) {
    return [`${place}: is ${value}, at most ${rule.maximum} is allowed`];
  }
  if (rule.oneOf !== undefined && !rule.oneOf.includes(String(value))) {
    return [`${place}: is '${String(value)}', one of ${rule.oneOf.join(', ')} is required`];
  }
  return [];
}

function hasType(value: unknown, type: FieldRule['type']): boolean {
  switch (type) {
    case 'any':
      return true;
    case 'integer':
      return Number.isInteger(value);
    case 'array':
      return Array.isArray(value) && value.length > 0;
    case 'list':
      return Array.isArray(value);
    case 'strings':
      return Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === 'string');
    case 'object':
      return typeof value === 'object' && value !== null && !Array.isArray(value);
    default:
      return typeof value === type;
  }
}
