import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  candidateInstanceId,
  candidateTags,
  whyNotCandidate,
  whyNotRestored,
} from '../../../../../shared/domain/resource/candidate.ts';
import { findLeftovers } from '../../../../../shared/domain/resource/leftovers.ts';
import {
  copyInstanceId,
  copyPrefix,
  copyTags,
  whyNotOurCopy,
} from '../../../../../shared/domain/resource/throw-away.ts';

/** As operations.yml allows them, those that look like a copy among them. */
const instanceName = fc
  .oneof(
    fc.stringMatching(/^[a-z](-?[a-z0-9]){1,30}$/),
    fc.constantFrom('gd-copy-own', 'gd-copy-gd-copy-1', 'a'.repeat(63)),
  )
  .map((name) => name.slice(0, 63).replace(/-$/, ''));
const executionName = fc.stringMatching(/^[A-Za-z0-9_-]{1,80}$/);
const attempt = fc.integer({ min: 1, max: 5 });
/** What a source may bear: a person's tags, ours, AWS's, and those of a copy. */
const tags = fc.dictionary(
  fc.oneof(
    fc.string({ minLength: 1, maxLength: 20 }),
    fc.constantFrom(
      'pg-gameday:made-by',
      'pg-gameday:purpose',
      'pg-gameday:execution',
      'pg-gameday:expires-at',
      'PG-Gameday:Purpose',
      'aws:cloudformation:stack-name',
      'pg-gameday:candidate-of',
      'pg-gameday:restored-by',
      'pg-gameday:replica-of',
    ),
  ),
  fc.oneof(fc.string({ maxLength: 20 }), fc.constantFrom('pg-gameday', 'throw-away copy', '2020-01-01T00:00:00Z')),
  { maxKeys: 60 },
);

describe('what is restored for real use', () => {
  test('is named as RDS allows it, and never as a throw-away copy', () => {
    fc.assert(
      fc.property(instanceName, executionName, attempt, (source, execution, number) => {
        const id = candidateInstanceId(source, execution, number);
        assert.match(id, /^(?!.*--)[a-z][a-z0-9-]{0,61}[a-z0-9]$/);
        assert.ok(id.length <= 63 && id.includes('-restored-'), 'the roles name *-restored-*');
        assert.ok(!id.startsWith(copyPrefix) && id !== source);
      }),
    );
  });

  test('is named otherwise at each attempt and in each execution', () => {
    fc.assert(
      fc.property(executionName, executionName, attempt, attempt, (one, other, first, second) => {
        fc.pre(one !== other || first !== second);
        assert.notEqual(candidateInstanceId('own', one, first), candidateInstanceId('own', other, second));
      }),
    );
  });

  test('takes as many tags of its source as RDS lets it bear', () => {
    const many = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`tag-${index}`, 'x']));
    assert.equal(Object.keys(candidateTags(many, 'run-1')).length, 50);
    assert.notEqual(candidateInstanceId('own', 'run-1', 1), candidateInstanceId('own', 'run-1', 2));
  });

  test('can be named by no clean-up, whatever its source bears and whoever asks', () => {
    fc.assert(
      fc.property(
        instanceName,
        executionName,
        attempt,
        tags,
        executionName,
        (source, execution, number, borne, other) => {
          const id = candidateInstanceId(source, execution, number);
          const given = candidateTags(borne, execution);
          for (const now of [given, withoutCandidate(given)]) {
            assert.deepEqual(findLeftovers([{ id, status: 'available', tags: now }], [source], new Date()), []);
            for (const executionName of [execution, other])
              assert.notEqual(whyNotOurCopy(id, now, { executionName, sourceInstanceIds: [] }), undefined);
          }
          assert.notEqual(id, copyInstanceId('own', other, number));
          assert.ok(Object.keys(given).length <= 50, 'RDS takes 50 tags');
          assert.deepEqual(
            Object.keys(given)
              .filter((key) => /^pg-gameday:/i.test(key))
              .sort(),
            ['pg-gameday:candidate-of', 'pg-gameday:restored-by'],
          );
        },
      ),
    );
  });

  test('is deleted by its own execution alone, and not after it was handed over', () => {
    fc.assert(
      fc.property(executionName, executionName, attempt, tags, (execution, other, number, borne) => {
        const expected = { executionName: execution, attempt: number, source: 'own', sourceInstanceIds: ['own'] };
        const id = candidateInstanceId('own', execution, number);
        const given = candidateTags(borne, execution);
        assert.equal(whyNotCandidate(id, given, expected), undefined);
        const over = withoutCandidate(given);
        assert.equal(whyNotRestored(id, over, expected), undefined);
        assert.match(whyNotCandidate(id, over, expected) ?? '', /taken it over/);
        assert.match(whyNotCandidate('own', given, expected) ?? '', /source instance of operations.yml/);
        assert.match(whyNotCandidate('another', given, expected) ?? '', /is not named/);
        assert.match(whyNotCandidate(id, {}, expected) ?? '', /was restored by execution 'none'/);
        const copy = copyTags('own', execution, new Date());
        assert.match(whyNotCandidate(id, { ...given, ...copy }, expected) ?? '', /made-by/);
        fc.pre(other !== execution);
        assert.match(whyNotRestored(id, candidateTags(borne, other), expected) ?? '', /was restored by execution/);
        assert.notEqual(whyNotCandidate(id, candidateTags(borne, other), expected), undefined);
      }),
    );
  });
});

const withoutCandidate = ({ 'pg-gameday:candidate-of': _, ...rest }: Readonly<Record<string, string>>) => rest;
