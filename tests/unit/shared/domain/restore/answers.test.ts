import assert from 'node:assert/strict';
import { decisionOf } from '../../../../../operator/approve/decision-of.ts';
import { RestoreDecision, type RestoreQuestion } from '../../../../../shared/contracts/restore/restore.ts';
import { decisionText } from '../../../../../shared/domain/remediation/approval.ts';
import { isAnswerTo } from '../../../../../shared/domain/restore/is-answer-to.ts';

describe('an answer to a restore', () => {
  test('is one to its own question, and names a moment where it is about one', () => {
    const at = '2026-03-01T05:00:00Z';
    const taken = (['approval', 'inspection', 'merge'] as const).flatMap((question: RestoreQuestion) =>
      RestoreDecision.options.flatMap((decision) =>
        [null, at]
          .filter((moment) => isAnswerTo(question, decision, moment))
          .map((moment) => [question, decision, moment]),
      ),
    );
    assert.deepEqual(taken, [
      ['approval', 'approve', null],
      ['approval', 'refuse', null],
      ['inspection', 'go-on', null],
      ['inspection', 'another-moment', at],
      ['inspection', 'give-up', null],
      ['merge', 'approve', null],
      ['merge', 'give-up', null],
    ]);
  });

  test('is signed with decision, moment and execution: none of them can be exchanged', () => {
    const texts = [
      decisionText('run-1', 'go-on'),
      decisionText('run-1', 'give-up'),
      decisionText('run-2', 'give-up'),
      decisionText('run-1', 'another-moment', '2026-03-01T05:00:00Z'),
      decisionText('run-1', 'another-moment', '2026-03-01T05:00:01Z'),
    ];
    assert.equal(new Set(texts).size, texts.length);
  });

  test('is refused on the command line when it answers something else', () => {
    for (const name of ['go-on', 'another-moment', 'give-up'] as const) {
      assert.throws(() => decisionOf('remedy', { name, at: null }), { name: 'CommandLineError' });
      assert.throws(() => decisionOf('approval', { name, at: null }), /no answer to this question/);
    }
    for (const name of ['yes', 'refuse'] as const)
      assert.throws(
        () => decisionOf('inspection', { name, at: null }),
        /Say --go-on, or --another-moment, or --give-up/,
      );
    assert.deepEqual(decisionOf('inspection', undefined), {
      ...{ kind: 'none', choices: ['--go-on', '--another-moment', '--give-up'] },
    });
    assert.deepEqual(decisionOf('inspection', { name: 'give-up', at: null }), {
      ...{ kind: 'said', decision: 'give-up', at: null, word: 'give up' },
    });
    assert.deepEqual(decisionOf('approval', { name: 'yes', at: null }), {
      ...{ kind: 'said', decision: 'approve', at: null, word: 'approved' },
    });
  });
});
