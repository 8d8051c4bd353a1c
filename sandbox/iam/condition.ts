import { matchesArn, matchesPattern } from './pattern.ts';

/** What a request says about itself, by condition key in lower case. An absent key has no entry. */
export type RequestContext = ReadonlyMap<string, readonly string[]>;

export type Condition = (context: RequestContext) => boolean;

type Comparison = { readonly matches: (expected: string, actual: string) => boolean; readonly negated: boolean };

const equals = (expected: string, actual: string) => expected === actual;
const equalsIgnoringCase = (expected: string, actual: string) => expected.toLowerCase() === actual.toLowerCase();
const is = (matches: Comparison['matches']): Comparison => ({ matches, negated: false });
const isNot = (matches: Comparison['matches']): Comparison => ({ matches, negated: true });
const numeric = (compare: (actual: number, expected: number) => boolean) =>
  is((expected, actual) => compare(Number(actual), Number(expected)));

const COMPARISONS: Readonly<Record<string, Comparison>> = {
  StringEquals: is(equals),
  StringNotEquals: isNot(equals),
  StringEqualsIgnoreCase: is(equalsIgnoringCase),
  StringNotEqualsIgnoreCase: isNot(equalsIgnoringCase),
  StringLike: is(matchesPattern),
  StringNotLike: isNot(matchesPattern),
  // AWS: both behave alike, wildcards included.
  ArnEquals: is(matchesArn),
  ArnLike: is(matchesArn),
  ArnNotEquals: isNot(matchesArn),
  ArnNotLike: isNot(matchesArn),
  Bool: is(equalsIgnoringCase),
  NumericEquals: numeric((actual, expected) => actual === expected),
  NumericLessThan: numeric((actual, expected) => actual < expected),
  NumericLessThanEquals: numeric((actual, expected) => actual <= expected),
  NumericGreaterThan: numeric((actual, expected) => actual > expected),
  NumericGreaterThanEquals: numeric((actual, expected) => actual >= expected),
};

/** The keys whose values the authoriser knows. One that it cannot fill in would make a statement silently dead. */
const KNOWN_KEYS: readonly RegExp[] = [
  /^aws:(ResourceTag|RequestTag)\/.+$/i,
  /^aws:(TagKeys|SecureTransport|RequestedRegion|PrincipalArn|PrincipalAccount|PrincipalIsAWSService)$/i,
  /^aws:(ResourceAccount|SourceArn|SourceAccount)$/i,
  /^sts:ExternalId$/i, // of Firehose the account; nobody else gives one here
  /^iam:PassedToService$/i,
  /^s3:(prefix|if-match|if-none-match|ObjectCreationOperation)$/i,
  /^cloudwatch:namespace$/i,
  /^lambda:(FunctionUrlAuthType|InvokedViaFunctionUrl)$/i, // absent for whoever calls Lambda himself
  /^kms:(ViaService|GrantIsForAWSResource)$/i, // absent, as in AWS, for whoever calls KMS himself
  /^route53:ChangeResourceRecordSets(NormalizedRecordNames|RecordTypes|Actions)$/i,
  /^rds:(db-tag|snapshot-tag|pg-tag|subgrp-tag|req-tag)\/.+$/i,
];

/** Reads the Condition block of a statement; everything in it must hold. Faults say what cannot be understood. */
export function readCondition(
  block: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
  faults: string[],
): Condition {
  const conditions = Object.entries(block).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, value]) => readOne(operator, key, value, faults)),
  );
  return (context) => conditions.every((holds) => holds(context));
}

function readOne(operator: string, key: string, value: unknown, faults: string[]): Condition {
  const [, set = '', base = '', ifExists] = /^(ForAllValues:|ForAnyValue:)?(.+?)(IfExists)?$/.exec(operator) ?? [];
  const expected = (Array.isArray(value) ? value : [value]).map(String);
  if (!KNOWN_KEYS.some((known) => known.test(key))) {
    faults.push(`condition key '${key}' is not known to the sandbox`);
  }
  for (const one of expected.filter((text) => text.includes('${'))) {
    faults.push(`policy variable in '${one}' is not known to the sandbox`);
  }
  const name = key.toLowerCase();
  if (base === 'Null' && set === '') {
    return (context) => expected.includes(String(!context.has(name)));
  }
  const comparison = COMPARISONS[base];
  if (comparison === undefined) {
    faults.push(`condition operator '${operator}' is not known to the sandbox`);
    return () => false;
  }
  const holdsFor = (actual: string) => expected.some((one) => comparison.matches(one, actual)) !== comparison.negated;
  return (context) => {
    const actual = context.get(name);
    if (actual === undefined) {
      // A negated comparison with nothing holds, as AWS evaluates it.
      return ifExists !== undefined || set === 'ForAllValues:' || (set === '' && comparison.negated);
    }
    return set === 'ForAnyValue:' ? actual.some(holdsFor) : actual.every(holdsFor);
  };
}
