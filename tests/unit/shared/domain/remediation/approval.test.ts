import assert from 'node:assert/strict';
import {
  answerText,
  headersToAskWith,
  identityIn,
  mayAnswer,
} from '../../../../../shared/domain/remediation/approval.ts';

const authorization =
  'AWS4-HMAC-SHA256 Credential=AKIAEXAMPLE/20260307/us-east-1/sts/aws4_request, SignedHeaders=content-type;host;x-amz-date;x-pg-gameday-answer, Signature=00';
const signed = {
  Authorization: authorization,
  'X-Amz-Date': '20260307T190440Z',
  'x-pg-gameday-answer': answerText('run-1', true),
  cookie: 'of somebody',
};
const askedWith = (more: Record<string, string> = {}, executionName = 'run-1', isApproved = true) =>
  headersToAskWith(answerText(executionName, isApproved), { ...signed, ...more });

describe('an answer to a remedy', () => {
  test('is asked about with what was signed, and with nothing else', () => {
    const asked = askedWith();
    assert.ok('headers' in asked);
    assert.deepEqual(Object.keys(asked.headers).sort(), ['authorization', 'x-amz-date', 'x-pg-gameday-answer']);
  });

  for (const [what, asked] of [
    ['of another execution', askedWith({}, 'run-2')],
    ['that was a no', askedWith({}, 'run-1', false)],
    ['that says nothing', askedWith({ 'x-pg-gameday-answer': '' })],
    ['whose text is not signed', askedWith({ Authorization: authorization.replace(';x-pg-gameday-answer', '') })],
    ['whose date is not signed', askedWith({ Authorization: authorization.replace(';x-amz-date', '') })],
    ['that was signed for another service', askedWith({ Authorization: authorization.replace('/sts/', '/s3/') })],
    ['without a signature', askedWith({ Authorization: '' })],
  ] as const)
    test(`is none when it is one ${what}`, () => assert.ok('refusal' in asked));

  test('is of whom STS names', () => {
    const arn = 'arn:aws:sts::123456789012:assumed-role/approver/anna';
    assert.equal(identityIn(`<GetCallerIdentityResult><Arn>${arn}</Arn></GetCallerIdentityResult>`), arn);
    assert.equal(identityIn('<Error/>'), undefined);
  });

  test('counts of a user by the ARN, and of every session of a role that is named, whatever its path', () => {
    const approvers = ['arn:aws:iam::123456789012:user/anna', 'arn:aws:iam::123456789012:role/people/approver'];
    assert.ok(mayAnswer('arn:aws:iam::123456789012:user/anna', approvers));
    assert.ok(mayAnswer('arn:aws:sts::123456789012:assumed-role/approver/bert', approvers));
    for (const other of [
      'arn:aws:iam::123456789012:user/anna2',
      'arn:aws:iam::210987654321:user/anna',
      'arn:aws:sts::210987654321:assumed-role/approver/bert',
      'arn:aws:sts::123456789012:assumed-role/approvers/bert',
      'arn:aws:sts::123456789012:assumed-role/people/bert',
      'arn:aws:iam::123456789012:root',
    ])
      assert.equal(mayAnswer(other, approvers), false, other);
    assert.equal(mayAnswer('arn:aws:iam::123456789012:user/anna', []), false);
  });
});
