import type { PatternRow } from './row.ts';

/** Names of cases are those of `event_pattern_templates` there. */
const localstack = "LocalStack's snapshots, events/test_events_patterns, December 2024";
const ruler = "AWS's published matcher, aws/event-ruler";
const documented = 'EventBridge user guide, content filtering in event patterns';

const row = (name: string, pattern: unknown, event: unknown, matches: boolean, recorded = localstack): PatternRow => ({
  case: name,
  pattern,
  event,
  answer: { matches },
  recorded,
});

const detail = (rule: unknown) => ({ detail: { state: [rule] } });
const state = (value: unknown) => ({ detail: { state: value } });

export const matchedPatterns: readonly PatternRow[] = [
  row('content_anything_prefix_list', detail({ 'anything-but': { prefix: ['init', 'st'] } }), state('run'), true),
  row(
    'content_anything_prefix_list_NEG',
    detail({ 'anything-but': { prefix: ['init', 'st'] } }),
    state('initial'),
    false,
  ),
  row('content_anything_suffix_list', detail({ 'anything-but': { suffix: ['.txt', '.rtf'] } }), state('a.jpg'), true),
  row(
    'content_anything_suffix_list_NEG',
    detail({ 'anything-but': { suffix: ['.txt', '.rtf'] } }),
    state('a.txt'),
    false,
  ),
  row('content_anything_wildcard', detail({ 'anything-but': { wildcard: '*/lib/*' } }), state('a/dir/b'), true),
  row('content_anything_wildcard_NEG', detail({ 'anything-but': { wildcard: '*/dir/*' } }), state('a/dir/b'), false),
  row(
    'content_anything_wildcard_list',
    detail({ 'anything-but': { wildcard: ['*/lib/*', '*/bin/*'] } }),
    state('/d/x'),
    true,
  ),
  row(
    'content_anything_wildcard_list_NEG',
    detail({ 'anything-but': { wildcard: ['*/lib/*', '*/bin/*'] } }),
    state('a/bin/b'),
    false,
  ),
  row('content_anything_wildcard_int', detail({ 'anything-but': { wildcard: '*/dir/*' } }), state(123), true),
  row('content_anything_prefix_int_value', detail({ 'anything-but': { prefix: 'init' } }), state(123), true),
  row('content_anything_prefix_null', detail({ 'anything-but': { prefix: 'init' } }), state(null), true),
  row('content_anything_prefix_missing_NEG', detail({ 'anything-but': { prefix: 'init' } }), { detail: {} }, false),
  row(
    'content_anything_but_ignorecase_list',
    detail({ 'anything-but': { 'equals-ignore-case': ['A', 'B'] } }),
    state('c'),
    true,
  ),
  row(
    'content_anything_but_ignorecase_list_NEG',
    detail({ 'anything-but': { 'equals-ignore-case': ['A', 'B'] } }),
    state('b'),
    false,
  ),
  row('content_anything_but_string_null', detail({ 'anything-but': 'x' }), state(null), true),
  row('content_anything_but_number_zero', detail({ 'anything-but': 0 }), state(1), true),
  row('exists on a leaf', detail({ exists: true }), state('x'), true, documented),
  row('exists on an object', detail({ exists: true }), state({ inner: 1 }), false, documented),
  row('absent where there is an object', detail({ exists: false }), state({ inner: 1 }), true, ruler),
  row('content_exists_false', { detail: { a: { b: [{ exists: false }] } } }, { detail: { a: { c: 1 } } }, true),
  row('exists_list_empty_NEG', detail({ exists: true }), state([]), false),
  row('arrays_empty_null_NEG', { resources: [null] }, { resources: [] }, false),
  row('null_value', detail(null), state(null), true),
  row('null_value_NEG', detail(null), { detail: {} }, false),
  row('dot_joining_event', { detail: { 'a.b': ['x'] } }, { detail: { a: { b: 'x' } } }, true),
  row('dot_joining_pattern', { detail: { a: { b: ['x'] } } }, { detail: { 'a.b': 'x' } }, true),
  row('dot_joining_event_NEG', { detail: { 'a.b': ['x'] } }, { detail: { a: { b: 'y' } } }, false),
  row(
    'an array of objects on the way',
    { detail: { list: { id: [2] } } },
    { detail: { list: [{ id: 1 }, { id: 2 }] } },
    true,
    ruler,
  ),
  row(
    'members of two elements',
    { detail: { list: { id: [1], name: ['b'] } } },
    {
      detail: {
        list: [
          { id: 1, name: 'a' },
          { id: 2, name: 'b' },
        ],
      },
    },
    false,
    ruler,
  ),
  row(
    'members of one element',
    { detail: { list: { id: [2], name: ['b'] } } },
    {
      detail: {
        list: [
          { id: 1, name: 'a' },
          { id: 2, name: 'b' },
        ],
      },
    },
    true,
    ruler,
  ),
  row('numeric-int-float', detail({ numeric: ['=', 300] }), state(300.0), true),
  row('numeric-string_NEG', detail({ numeric: ['>', 0] }), state('5'), false),
  row('numeric-null_NEG', detail({ numeric: ['>=', 0] }), state(null), false),
  row('a number is no text', detail('5'), state(5), false, documented),
  row('content_ip_address', detail({ cidr: '10.0.0.0/24' }), state('10.0.0.255'), true),
  row('content_ip_address_NEG', detail({ cidr: '10.0.0.0/24' }), state('10.0.1.0'), false),
  row('content_ip_address_v6', detail({ cidr: '2001:db8:1234:1a00::/56' }), state('2001:0db8:1234:1a00:0:0:0:0'), true),
  row('content_ip_address_v6_NEG', detail({ cidr: '2001:db8:1234:1a00::/56' }), state('2001:db8:1234:1b00::'), false),
  row('content_ip_address_bad_type_NEG', detail({ cidr: '10.0.0.0/24' }), state(123), false),
  row('content_wildcard_repeating', detail({ wildcard: '*/dir/*' }), state('a/dir/dir/b'), true),
  row('a star that is a star', detail({ wildcard: 'a\\*b' }), state('a*b'), true, documented),
  row('a star that is a star_NEG', detail({ wildcard: 'a\\*b' }), state('axb'), false, documented),
  row('a backslash', detail({ wildcard: 'a\\\\b*' }), state('a\\bc'), true, documented),
  row('content_prefix_ignorecase', detail({ prefix: { 'equals-ignore-case': 'EC2' } }), state('ec2-a'), true),
  row('content_suffix_ignorecase_NEG', detail({ suffix: { 'equals-ignore-case': '.PNG' } }), state('a.jpg'), false),
  row('content_ignorecase_empty', detail({ 'equals-ignore-case': '' }), state(''), true),
  row('an empty prefix is any text', detail({ prefix: '' }), state(5), false, ruler),
  row('or-exists', { $or: [{ a: [{ exists: false }] }, { b: [1] }] }, { b: 2 }, true),
  row(
    'or-numeric-anything-but',
    { detail: { $or: [{ n: [{ numeric: ['=', 2] }] }, { s: [{ 'anything-but': ['x'] }] }] } },
    { detail: { n: 1, s: 'y' } },
    true,
  ),
  row(
    'or-numeric-anything-but_NEG',
    { detail: { $or: [{ n: [{ numeric: ['=', 2] }] }, { s: [{ 'anything-but': ['x'] }] }] } },
    { detail: { n: 1, s: 'x' } },
    false,
  ),
  row('key_case_sensitive_NEG', { Detail: [1] }, { detail: 1 }, false),
];
