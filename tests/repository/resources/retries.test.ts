import assert from 'node:assert/strict';
import { heartOutlives } from '../../../shared/deadlines.ts';
import { at, yamlOf } from '../files.ts';

const retries = yamlOf('statemachines/retries.yml');

/** The retrier of a policy that takes an error. */
function retrierOf(policy: string, error: string): unknown {
  const found = (at(retries, policy) as unknown[]).find((one) => (at(one, 'ErrorEquals') as string[]).includes(error));
  assert.ok(found, `'${policy}' does not retry ${error}`);
  return found;
}

/** Seconds that all its waits take, without jitter. */
function patienceOf(policy: string, error: string): number {
  const retrier = retrierOf(policy, error);
  let [total, pause] = [0, Number(at(retrier, 'IntervalSeconds'))];
  for (let attempt = 0; attempt < Number(at(retrier, 'MaxAttempts')); attempt += 1) {
    total += Math.min(pause, Number(at(retrier, 'MaxDelaySeconds') ?? Number.POSITIVE_INFINITY));
    pause *= Number(at(retrier, 'BackoffRate'));
  }
  return total;
}

describe('a task is called again', () => {
  test('through a fail-over of two minutes, with room', () => {
    for (const policy of ['database', 'restore'])
      assert.ok(patienceOf(policy, 'DatabaseUnreachableError') >= 180, policy);
  });

  test('through minutes of throttling', () => {
    for (const policy of ['aws', 'database', 'restore'])
      assert.ok(patienceOf(policy, 'AwsUnavailableError') >= 180, policy);
    assert.ok(patienceOf('execution', 'StepFunctions.ExecutionLimitExceededException') >= 180);
  });

  test('after the heartbeat of a killed function has ended, which keeps the next one out', () => {
    for (const error of ['Runtime.ExitError', 'Lambda.Unknown', 'Sandbox.Timedout'])
      for (const policy of ['database', 'restore'])
        assert.ok(Number(at(retrierOf(policy, error), 'IntervalSeconds')) * 1000 > heartOutlives, policy);
  });

  test('until a backup of RDS that is under way has ended', () => {
    assert.ok(patienceOf('database', 'InstanceBusyError') >= 1800);
  });
});
