import type { PatternRow } from './row.ts';

/** Names of cases are those of `event_pattern_templates` there. */
const localstack = "LocalStack's snapshots, events/test_events_patterns, December 2024";
const ruler = "AWS's published matcher, aws/event-ruler";
const measured = 'measured on AWS, 2026: a member that is neither object nor list';

const refusal = (name: string, pattern: unknown, reason: string, recorded = localstack): PatternRow => ({
  case: name,
  pattern,
  answer: { reason },
  recorded,
});

const notText = 'prefix/suffix match pattern must be a string';
const butText = 'Inside anything-but/equals-ignore-case list, number|start|null|boolean is not supported.';
const butValue = 'Value of anything-but must be an array or single string/number value.';

export const refusedPatterns: readonly PatternRow[] = [
  refusal('a number where a list is expected', { a: 1 }, '"a" must be an object or an array', measured),
  refusal('int_nolist', { int: 42 }, '"int" must be an object or an array'),
  refusal('string_nolist', { string: 'my-value' }, '"string" must be an object or an array'),
  refusal('null where a list is expected', { a: null }, '"a" must be an object or an array', ruler),
  refusal('a boolean where a list is expected', { a: { b: true } }, '"b" must be an object or an array', ruler),
  refusal('a list as pattern', ['not', 'a', 'dict'], 'Filter is not an object'),
  refusal('an empty pattern', {}, 'Empty objects are not allowed', ruler),
  refusal('an empty object within', { detail: {} }, 'Empty objects are not allowed', ruler),
  refusal('arrays_empty', { resources: [] }, 'Empty arrays are not allowed'),
  refusal('a list in a list', { a: [['x']] }, 'Match value must be String, number, true, false, or null', ruler),
  refusal('an expression without a name', { a: [{}] }, 'Match expression name not found', ruler),
  refusal('operator_case_sensitive', { my_key: [{ EXISTS: true }] }, 'Unrecognized match type EXISTS'),
  refusal('numeric in capitals', { a: [{ NUMERIC: ['=', 5] }] }, 'Unrecognized match type NUMERIC'),
  refusal('two operators', { a: [{ prefix: 'a', suffix: 'b' }] }, 'Only one key allowed in match expression', ruler),
  refusal(
    'an operator beside a number',
    { a: [{ numeric: ['=', 1], exists: true }] },
    'Too many elements in numeric expression',
    ruler,
  ),
  refusal('content_prefix_list', { time: [{ prefix: ['2022'] }] }, 'prefix match pattern must be a string'),
  refusal('content_prefix_int', { time: [{ prefix: 123 }] }, 'prefix match pattern must be a string'),
  refusal(
    'a prefix of another kind',
    { a: [{ prefix: { suffix: 'x' } }] },
    'Unsupported prefix pattern: suffix',
    ruler,
  ),
  refusal('an empty prefix expression', { a: [{ prefix: {} }] }, 'Prefix expression name not found', ruler),
  refusal('content_suffix_int', { FileName: [{ suffix: 123 }] }, 'suffix match pattern must be a string'),
  refusal('content_suffix_list', { FileName: [{ suffix: ['.png'] }] }, 'suffix match pattern must be a string'),
  refusal(
    'content_ignorecase',
    { a: [{ 'equals-ignore-case': ['x'] }] },
    'equals-ignore-case match pattern must be a string',
  ),
  refusal(
    'content_ignorecase_list',
    { a: [{ 'equals-ignore-case': { prefix: 'ec2' } }] },
    'equals-ignore-case match pattern must be a string',
  ),
  refusal('content_wildcard_int', { a: [{ wildcard: 123 }] }, 'wildcard match pattern must be a string'),
  refusal('content_wildcard_list', { a: [{ wildcard: ['a*'] }] }, 'wildcard match pattern must be a string'),
  refusal(
    'content_wildcard_repeating_star',
    { a: [{ wildcard: 'arn:aws:events:us-east-1:**:event-bus/*' }] },
    'Consecutive wildcard characters at pos 26',
  ),
  refusal('an escaped letter', { a: [{ wildcard: 'a\\b' }] }, 'Invalid escape character at pos 2', ruler),
  refusal(
    'content_wildcard_complex',
    { a: [{ wildcard: '*:*:*:*:*:event-bus/*' }] },
    'Rule is too complex - try using fewer wildcard characters or fewer repeating character sequences after a wildcard character',
  ),
  refusal('content_ip_address', { a: [{ cidr: '10.0.0.0' }] }, "Malformed CIDR, one '/' required"),
  refusal(
    'content_ip_address_bad_mask',
    { a: [{ cidr: '10.0.0.0/xx' }] },
    'Malformed CIDR, mask bits must be an integer',
  ),
  refusal('content_ip_address_bad_ip', { a: [{ cidr: 'xx.11.xx/8' }] }, 'Nonstandard IP address: xx.11.xx'),
  refusal(
    'content_ip_address_v6_bad_ip',
    { a: [{ cidr: 'xxxx:db8:1234:1a00::/56' }] },
    'Nonstandard IP address: xxxx:db8:1234:1a00::',
  ),
  refusal(
    'content_ip_address_type',
    { detail: { a: [{ cidr: ['bad-type'] }] } },
    'prefix match pattern must be a string',
  ),
  refusal('a mask that is too long', { a: [{ cidr: '10.0.0.0/33' }] }, 'IPv4 mask bits must be < 32', ruler),
  refusal('content_numeric', { a: [{ numeric: ['>', 0, '>', 0] }] }, 'Bad numeric range operator: >'),
  refusal('content_numeric_syntax', { a: [{ numeric: ['>', 0, '<'] }] }, 'Value of < must be numeric'),
  refusal('a number that is no list', { a: [{ numeric: 5 }] }, 'Value of numeric must be an array.', ruler),
  refusal('an unknown comparison', { a: [{ numeric: ['!=', 5] }] }, 'Unrecognized numeric range operator: !=', ruler),
  refusal('text that is compared', { a: [{ numeric: ['=', '5'] }] }, 'Value of equals must be numeric', ruler),
  refusal('two upper bounds', { a: [{ numeric: ['<', 5, '>', 1] }] }, 'Too many elements in numeric expression', ruler),
  refusal('an empty range', { a: [{ numeric: ['>', 5, '<', 5] }] }, 'Bottom must be less than top', ruler),
  refusal(
    'a number beyond 5e9',
    { a: [{ numeric: ['<', 5_000_000_001] }] },
    'Value must be between -5.0E9 and 5.0E9, inclusive',
    ruler,
  ),
  refusal(
    'exists that is no boolean',
    { a: [{ exists: 'yes' }] },
    'exists match pattern must be either true or false.',
    ruler,
  ),
  refusal('anything but null', { a: [{ 'anything-but': null }] }, butValue, ruler),
  refusal('anything but a boolean', { a: [{ 'anything-but': true }] }, butValue, ruler),
  refusal(
    'content_anything_but_string_list_null_type',
    { a: [{ 'anything-but': ['x', null] }] },
    'Inside anything but list, start|null|boolean is not supported.',
    ruler,
  ),
  refusal(
    'anything but text and number',
    { a: [{ 'anything-but': ['x', 1] }] },
    'Inside anything but list, either all values are number or string, mixed type is not supported',
    ruler,
  ),
  refusal(
    'anything but nothing',
    { a: [{ 'anything-but': [] }] },
    'Inside anything but list, either all values are number or string, mixed type is not supported',
    ruler,
  ),
  refusal(
    'anything but an operator',
    { a: [{ 'anything-but': { exists: true } }] },
    'Unsupported anything-but pattern: exists',
    ruler,
  ),
  refusal('content_anything_but_ignorecase', { a: [{ 'anything-but': { 'equals-ignore-case': 123 } }] }, butText),
  refusal(
    'content_anything_but_ignorecase_list',
    { a: [{ 'anything-but': { 'equals-ignore-case': [123, 4] } }] },
    butText,
  ),
  refusal('content_anything_prefix_int', { a: [{ 'anything-but': { prefix: 123 } }] }, notText),
  refusal('content_anything_prefix_list_type', { a: [{ 'anything-but': { prefix: [123, 'test'] } }] }, notText),
  refusal(
    'content_anything_prefix_empty',
    { a: [{ 'anything-but': { prefix: '' } }] },
    'Null prefix/suffix not allowed',
    ruler,
  ),
  refusal('content_anything_suffix_int', { a: [{ 'anything-but': { suffix: 123 } }] }, notText),
  refusal('content_anything_suffix_list_type', { a: [{ 'anything-but': { suffix: [123, '.txt'] } }] }, notText),
  refusal(
    'content_anything_prefix_ignorecase',
    { a: [{ 'anything-but': { prefix: { 'equals-ignore-case': 'f' } } }] },
    butValue,
  ),
  refusal(
    'content_anything_suffix_ignorecase',
    { a: [{ 'anything-but': { suffix: { 'equals-ignore-case': 'f' } } }] },
    butValue,
  ),
  refusal(
    'content_anything_wildcard_type',
    { a: [{ 'anything-but': { wildcard: 123 } }] },
    'wildcard match pattern must be a string',
  ),
  refusal(
    'content_anything_wildcard_list_type',
    { a: [{ 'anything-but': { wildcard: [123, '*/dir/*'] } }] },
    'wildcard match pattern must be a string',
  ),
  refusal('$or that is no list', { $or: { a: [1] } }, 'It must be an Array followed with $or.', ruler),
  refusal('$or of one', { $or: [{ a: [1] }] }, 'There must have at least 2 Objects in $or relationship.', ruler),
  refusal('$or of values', { $or: ['a', 'b'] }, 'Only JSON object is allowed in array of $or relationship.', ruler),
  refusal(
    '$or over an operator',
    { $or: [{ prefix: ['a'] }, { b: [1] }] },
    'prefix is Ruler reserved fieldName which cannot be used inside $or.',
    ruler,
  ),
];
