import assert from 'node:assert/strict';
import { signAnswer } from '../../operator/approve/sign-answer.ts';
import { makeCredentials } from '../../sandbox/credentials.ts';
import { makeSts } from '../../sandbox/services/sts/sts.ts';
import { makeAskIdentity } from '../../shared/aws/signed-identity.ts';
import { answerText, headersToAskWith } from '../../shared/domain/remediation/approval.ts';
import { startTestWire, type TestWire } from '../support/start-wire.ts';

let wire: TestWire;
beforeAll(async () => {
  const credentials = makeCredentials();
  wire = await startTestWire([makeSts({ credentials })], { credentials });
});
afterAll(() => wire.stop());

const asked = async (signed: Readonly<Record<string, string>>) => {
  const found = headersToAskWith(answerText('run-1', true), signed);
  assert.ok('headers' in found, JSON.stringify(found));
  return await makeAskIdentity('eu-central-1', wire.endpoint)(found.headers);
};

describe('an answer that a person has signed', () => {
  test('is sent nowhere by who signs it, and names the person to whoever asks AWS with it', async () => {
    const signed = await signAnswer(answerText('run-1', true), wire.client);
    assert.equal(await asked(signed), wire.credentials.operator.caller.arn);
  });

  test('of somebody else’s making is nobody’s: changed, or signed with another key', async () => {
    const signed = await signAnswer(answerText('run-2', true), wire.client);
    const changed = { ...signed, 'x-pg-gameday-answer': 'approve run-1' };
    assert.equal(await asked(changed), undefined);
    const { accessKeyId } = wire.client.credentials;
    const forged = { ...wire.client, credentials: { accessKeyId, secretAccessKey: 'guessed' } };
    assert.equal(await asked(await signAnswer(answerText('run-1', true), forged)), undefined);
  });

  test('is asked about again when STS does not answer', async () => {
    await assert.rejects(makeAskIdentity('eu-central-1', 'http://127.0.0.1:1/')({}), { name: 'AwsUnavailableError' });
  });
});
