import type { Expression, GroupDefinition } from '@aws-sdk/client-cost-explorer';
import type { BillLine } from '../../cost-series/bill.ts';
import { AwsError } from '../../wire/aws-error.ts';
import { refuseMembers } from '../refuse-members.ts';

const dimensions: Readonly<Record<string, (line: BillLine) => string>> = {
  SERVICE: ({ service }) => service,
  USAGE_TYPE: ({ usageType }) => usageType,
  REGION: ({ region }) => region,
  LINKED_ACCOUNT: ({ account }) => account,
};
/** The one cost allocation tag of generated bills. */
const tagKey = 'pg-gameday:workflow';

/** What a group is named by; Cost Explorer writes a tag as `key$value`. */
export function keyOf({ Type, Key = '' }: GroupDefinition): (line: BillLine) => string {
  if (Type === 'TAG') return ({ tag }) => `${Key}$${Key === tagKey ? tag : ''}`;
  const dimension = Type === 'DIMENSION' && Object.hasOwn(dimensions, Key) ? dimensions[Key] : undefined;
  if (dimension !== undefined) return dimension;
  throw notEmulated(`GroupBy ${Type} ${Key}`);
}

export function matcherOf(filter: Expression | undefined): (line: BillLine) => boolean {
  if (filter === undefined) return () => true;
  refuseMembers(filter, ['And', 'Or', 'Not', 'Dimensions', 'Tags']);
  const parts: ((line: BillLine) => boolean)[] = [];
  const all = filter.And?.map(matcherOf);
  if (all !== undefined) parts.push((line) => all.every((matches) => matches(line)));
  const any = filter.Or?.map(matcherOf);
  if (any !== undefined) parts.push((line) => any.some((matches) => matches(line)));
  if (filter.Not !== undefined) {
    const excluded = matcherOf(filter.Not);
    parts.push((line) => !excluded(line));
  }
  if (filter.Dimensions !== undefined) {
    refuseMembers(filter.Dimensions, ['Key', 'Values']);
    const { Key = '', Values = [] } = filter.Dimensions;
    const value = Object.hasOwn(dimensions, Key) ? dimensions[Key] : undefined;
    if (value === undefined) throw notEmulated(`a filter by ${Key}`);
    parts.push((line) => Values.includes(value(line)));
  }
  if (filter.Tags !== undefined) {
    refuseMembers(filter.Tags, ['Key', 'Values']);
    const { Key, Values = [] } = filter.Tags;
    parts.push((line) => Key === tagKey && Values.includes(line.tag));
  }
  if (parts.length !== 1) {
    throw new AwsError('ValidationException', 'Expression must have exactly one root operator');
  }
  return parts[0] ?? (() => true);
}

const notEmulated = (what: string) =>
  new AwsError('NotImplemented', `the sandbox does not emulate ${what}`, { status: 501 });
