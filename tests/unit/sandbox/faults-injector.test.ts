import assert from 'node:assert/strict';
import { type Fault, faultName, parseFault, parseFaultFile } from '../../../sandbox/faults/fault.ts';
import type { FaultWorld } from '../../../sandbox/faults/fault-world.ts';
import { makeFaultInjector } from '../../../sandbox/faults/injector.ts';
import { DroppedConnection } from '../../../sandbox/wire/dropped-connection.ts';
import type { CallContext } from '../../../sandbox/wire/service.ts';

const account = '123456789012';

/** A world in which nothing runs. */
const quietWorld: FaultWorld = {
  region: 'us-east-1',
  regionOf: () => 'us-east-1',
  kill: async () => 0,
  servers: () => [],
  cutLink: async () => {},
};

function contextOf(call: string, session: string | undefined): CallContext {
  const [service = '', operation = ''] = call.split(':');
  const caller =
    session === undefined
      ? { account, accessKeyId: 'AKIA', arn: `arn:aws:iam::${account}:user/operator` }
      : { account, accessKeyId: 'ASIA', arn: `arn:aws:sts::${account}:assumed-role/r/${session}`, roleName: 'r' };
  return { requestId: 'r', service, operation, region: 'us-east-1', caller, signal: new AbortController().signal };
}

/** Makes the same call `times` times under faults; answers what each ended with and how often it had its effect. */
async function callUnder(faults: readonly Fault[], { times = 1, isOperator = false } = {}) {
  const session = isOperator ? undefined : 'pg-gameday-dev-takeWitness';
  const killed: string[] = [];
  const injector = makeFaultInjector({
    world: () => ({
      ...quietWorld,
      kill: async (name) => {
        killed.push(name);
        return 1;
      },
    }),
  });
  await injector.arm(faults);
  let effects = 0;
  const ends: string[] = [];
  for (let time = 0; time < times; time += 1) {
    const call = injector.intercept(contextOf('rds:CreateDBSnapshot', session), {}, async () => {
      effects += 1;
      return `answer ${effects}`;
    });
    ends.push(await call.then(String, (error: Error & { code?: string }) => error.code ?? error.constructor.name));
  }
  return { effects, ends, killed, struck: injector.struck() };
}

const fault = (text: string) => parseFault(text);

describe('faults on calls', () => {
  test('an error and a throttling are reported by the service, and nothing happens', async () => {
    const failed = await callUnder([fault('rds:CreateDBSnapshot=error')]);
    assert.deepEqual([failed.effects, failed.ends], [0, ['InternalFailure']]);
    const throttled = await callUnder([fault('rds:CreateDBSnapshot=throttle')]);
    assert.deepEqual([throttled.effects, throttled.ends], [0, ['Throttling']]);
  });

  test('a time-out before the effect and one after it look alike, but only one has happened', async () => {
    const before = await callUnder([fault('rds:CreateDBSnapshot=timeout-before')]);
    assert.deepEqual([before.effects, before.ends], [0, [DroppedConnection.name]]);
    const after = await callUnder([fault('rds:CreateDBSnapshot=timeout-after')]);
    assert.deepEqual([after.effects, after.ends], [1, [DroppedConnection.name]]);
  });

  test('a duplicate happens twice and gives the first answer', async () => {
    const { effects, ends } = await callUnder([fault('rds:CreateDBSnapshot=duplicate')]);
    assert.deepEqual([effects, ends], [2, ['answer 1']]);
  });

  test('a function is killed at its call, after the effect', async () => {
    const { effects, killed } = await callUnder([fault('rds:CreateDBSnapshot=kill-lambda')]);
    assert.deepEqual([effects, killed], [1, ['pg-gameday-dev-takeWitness']]);
  });

  test('only the n-th call is struck, only of the named function, and never the operator', async () => {
    const second = await callUnder([fault('rds:CreateDBSnapshot#2=throttle')], { times: 3 });
    assert.deepEqual(second.ends, ['answer 1', 'Throttling', 'answer 2']);
    assert.deepEqual(second.struck.map(faultName), ['rds:CreateDBSnapshot#2=throttle']);
    const lasting = await callUnder([fault('rds:CreateDBSnapshot#2+=throttle')], { times: 3 });
    assert.deepEqual(lasting.ends, ['answer 1', 'Throttling', 'Throttling']);
    const own = await callUnder([fault('takeWitness/rds:CreateDBSnapshot=throttle')]);
    assert.deepEqual(own.ends, ['Throttling']);
    const other = await callUnder([fault('planRun/rds:CreateDBSnapshot=throttle')]);
    assert.deepEqual(other.ends, ['answer 1']);
    const operator = await callUnder([fault('rds:CreateDBSnapshot=throttle')], { isOperator: true });
    assert.deepEqual(operator.ends, ['answer 1']);
  });

  test('an invoked function that is only starting is killed as soon as it runs', async () => {
    let isRunning = false;
    let end = (_result: string) => {};
    const injector = makeFaultInjector({
      world: () => ({
        ...quietWorld,
        kill: async () => {
          if (isRunning) end('killed');
          return isRunning ? 1 : 0;
        },
      }),
    });
    await injector.arm([fault('takeWitness/lambda:Invoke=kill-lambda@0')]);
    const input = { FunctionName: `arn:aws:lambda:us-east-1:${account}:function:pg-gameday-dev-takeWitness` };
    const answer = await injector.intercept(
      contextOf('lambda:Invoke', 'an-execution'),
      input,
      () =>
        new Promise((resolve) => {
          end = resolve;
          setImmediate(() => {
            isRunning = true;
          });
        }),
    );
    assert.equal(answer, 'killed');
  });
});

describe('faults as text', () => {
  test('the text of a fault is read and written alike', () => {
    for (const text of [
      'rds:CreateDBSnapshot#1=throttle',
      'planRun/lambda:Invoke#2=kill-lambda@40',
      'takeWitness/s3:PutObject#2+=error',
      'backup-and-verify-dev/events:Deliver#1=late@500',
      'verifyTables/postgres:Request#9=reset-sessions:gd-copy-*',
      'rds:CopyDBSnapshot#1=cut-link:us-east-1,us-west-2+5000',
      'rds:DescribeDBInstances#3=freeze:orders@100+2000',
    ]) {
      assert.equal(faultName(parseFault(text)), text);
    }
    assert.throws(() => parseFault('rds:CreateDBSnapshot=explode'), /Kinds are error, throttle/);
    assert.throws(() => parseFault('CreateDBSnapshot=error'), /expected/);
    assert.throws(() => parseFault('rds:CreateDBSnapshot=lost'), /lost, late, twice strike events:Deliver/);
    assert.throws(() => parseFault('events:Deliver=throttle'), /strike calls of AWS/);
    assert.throws(() => parseFault('postgres:Request=error'), /does not fit/);
    assert.throws(() => parseFault('rds:CopyDBSnapshot=cut-link:us-east-1'), /must name the two regions/);
  });

  test('a file of faults reports all that is wrong with it', () => {
    const good = [{ call: 'rds:CreateDBSnapshot', nth: 1, kind: 'error' }];
    assert.deepEqual(parseFaultFile(JSON.stringify(good), 'f.json'), good);
    const bad = [{ call: 'rds', nth: 0, kind: 'error' }];
    assert.throws(
      () => parseFaultFile(JSON.stringify(bad), 'f.json'),
      (error: Error) => {
        assert.match(error.message, /'f.json'/);
        assert.match(error.message, /0\.call/);
        assert.match(error.message, /0\.nth/);
        return true;
      },
    );
  });
});
