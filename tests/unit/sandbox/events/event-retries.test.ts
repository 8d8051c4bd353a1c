import assert from 'node:assert/strict';
import { makeClock } from '../../../../sandbox/clock.ts';
import { withRetries } from '../../../../sandbox/services/events/retry-delivery.ts';
import type { LambdaFunction } from '../../../../sandbox/services/lambda/function.ts';
import { functionUrlsOf } from '../../../../sandbox/services/lambda/function-urls.ts';
import { AwsError } from '../../../../sandbox/wire/aws-error.ts';

const clock = makeClock(1_000_000);
const throttled = new AwsError('ThrottlingException', 'Rate exceeded');

/** How often a delivery is tried, and what it is given up for. */
async function deliver(policy: object | undefined, failures: readonly Error[]) {
  const left = [...failures];
  let tries = 0;
  const signal = new AbortController().signal;
  const given = await new Promise<unknown>((resolve) => {
    const attempt = async () => {
      tries += 1;
      const failure = left.shift();
      if (failure !== undefined) throw failure;
      resolve('delivered');
    };
    void withRetries(attempt, policy, { clock, signal }, resolve);
  });
  return { tries, given };
}
const always = Array<Error>(300).fill(throttled);

describe('the delivery of an event', () => {
  test('without a policy is tried once, and with one as often as it says', async () => {
    assert.deepEqual(await deliver(undefined, always), { tries: 1, given: throttled });
    assert.deepEqual(await deliver({ MaximumRetryAttempts: 3 }, always), { tries: 4, given: throttled });
    assert.deepEqual(await deliver({ MaximumRetryAttempts: 0 }, always), { tries: 1, given: throttled });
    assert.deepEqual(await deliver({ MaximumRetryAttempts: 3 }, [throttled]), { tries: 2, given: 'delivered' });
  });

  test('ends with the age of its event', async () => {
    const { tries } = await deliver({ MaximumRetryAttempts: '185', MaximumEventAgeInSeconds: '10' }, always);
    assert.equal(tries, 4); // after 1, 3 and 7 seconds; the next pause would end after 15
  });

  test('is not tried again where nothing can mend it', async () => {
    const refused = new AwsError('AccessDeniedException', 'no');
    assert.deepEqual(await deliver({ MaximumRetryAttempts: 20 }, [refused]), { tries: 1, given: refused });
  });
});

test('the address of a function is public by both permissions and AuthType NONE, and by nothing less', () => {
  const fn = { name: 'page', arn: 'arn:aws:lambda:us-east-1:1:function:page', region: 'us-east-1' } as LambdaFunction;
  const resource = (type: string, properties: object) => ({
    logicalId: 'X',
    type,
    name: 'X',
    arn: undefined,
    properties: { ...properties },
  });
  const url = (AuthType: string) => resource('AWS::Lambda::Url', { AuthType, TargetFunctionArn: fn.arn });
  const permission = (properties: object) =>
    resource('AWS::Lambda::Permission', { FunctionName: fn.arn, Principal: '*', ...properties });
  const byUrl = permission({ Action: 'lambda:InvokeFunctionUrl', FunctionUrlAuthType: 'NONE' });
  const invoke = permission({ Action: 'lambda:InvokeFunction', InvokedViaFunctionUrl: true });
  const isPublic = (auth: string, ...policies: ReturnType<typeof permission>[]) =>
    functionUrlsOf([url(auth)], policies, [fn])[0]?.isPublic;
  assert.equal(isPublic('NONE', byUrl, invoke), true);
  assert.equal(isPublic('NONE', byUrl), false);
  assert.equal(isPublic('NONE', invoke), false);
  assert.equal(isPublic('AWS_IAM', byUrl, invoke), false);
  assert.equal(isPublic('NONE', byUrl, permission({ Action: 'lambda:InvokeFunction' })), false);
});
