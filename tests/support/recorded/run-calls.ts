import assert from 'node:assert/strict';
import { makeClock } from '../../../sandbox/clock.ts';
import { makeCloudWatch } from '../../../sandbox/services/cloudwatch/cloudwatch.ts';
import { makeMetricStore } from '../../../sandbox/services/cloudwatch/metric-store.ts';
import { makeEventBus } from '../../../sandbox/services/events/event-bus.ts';
import { makeEvents } from '../../../sandbox/services/events/events.ts';
import { makeS3 } from '../../../sandbox/services/s3/s3.ts';
import { makeSecretsManager } from '../../../sandbox/services/secretsmanager/secretsmanager.ts';
import { makeSns } from '../../../sandbox/services/sns/sns.ts';
import { makeStates } from '../../../sandbox/services/states/states.ts';
import { AwsError } from '../../../sandbox/wire/aws-error.ts';
import { registerServices, runCall } from '../../../sandbox/wire/dispatch.ts';
import type { Answer, Call, CallRow } from './row.ts';

const account = '123456789012';
const caller = { account, accessKeyId: 'AKIAOPERATOR', arn: `arn:aws:iam::${account}:user/operator` };

/** Runs a row on services of its own and compares the answer. */
export async function checkCallRow({ before = [], call, answer }: CallRow): Promise<void> {
  const registered = registerServices(makeServices());
  const outputs: unknown[] = [];
  const make = async ({ service, operation, input, region = 'eu-central-1' }: Call): Promise<unknown> => {
    const entry = registered.get(service);
    const model = entry?.model.operations.get(operation);
    assert.ok(entry !== undefined && model !== undefined, `${service}:${operation} is no operation`);
    const signal = new AbortController().signal;
    return await runCall(entry, model, filled(input, outputs), { region, caller, signal }, {});
  };
  for (const one of before) {
    outputs.push(await make(one));
  }
  await check(make(call), answer);
}

async function check(made: Promise<unknown>, answer: Answer): Promise<void> {
  if ('has' in answer) {
    const output = await made;
    assert.partialDeepStrictEqual(output, answer.has);
    if (answer.without !== undefined) assert.doesNotMatch(JSON.stringify(output), new RegExp(`"${answer.without}"`));
    return;
  }
  await assert.rejects(made, (error) => {
    assert.ok(error instanceof AwsError, String(error));
    assert.equal(error.code, answer.error);
    if (answer.message !== undefined) assert.equal(error.message, answer.message);
    return true;
  });
}

function makeServices() {
  const clock = makeClock();
  const bus = makeEventBus({ account, clock, deliver: async () => {} });
  return [
    makeEvents({ bus }),
    makeSns({ account }),
    makeS3({ directory: '/nowhere' }),
    makeSecretsManager({ account }),
    makeCloudWatch({ metrics: makeMetricStore() }),
    makeStates({
      account,
      clock,
      dispatch: async () => assert.fail('no row calls another service'),
      issueCaller: () => caller,
    }),
  ];
}

function filled<T>(value: T, outputs: readonly unknown[]): T {
  if (typeof value === 'string') {
    const [, index, member] = /^<(\d+)\.(\w+)>$/.exec(value) ?? [];
    return index === undefined ? value : (Reflect.get(Object(outputs[Number(index)]), member ?? '') as T);
  }
  if (Array.isArray(value)) {
    return value.map((one) => filled(one, outputs)) as T;
  }
  const isPlain = typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
  return isPlain
    ? (Object.fromEntries(Object.entries(value).map(([key, one]) => [key, filled(one, outputs)])) as T)
    : value;
}
