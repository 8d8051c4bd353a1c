import assert from 'node:assert/strict';
import { RDSClient } from '@aws-sdk/client-rds';
import { makeRds } from '../../../../shared/aws/rds/instances.ts';
import { at } from '../../../repository/files.ts';
import { machines, retriesOf } from '../../../repository/state-machine.ts';

function refusing(name: string): RDSClient {
  const client = new RDSClient({ region: 'us-east-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } });
  client.middlewareStack.add(
    () => async () => {
      throw Object.assign(new Error('refused'), { name, $metadata: { httpStatusCode: 400 } });
    },
    { step: 'initialize' },
  );
  return client;
}

const request = {
  from: { snapshotId: 'gd-backup-own-1-1' },
  instanceId: 'gd-copy-own-1-1',
  instanceClass: 'db.r8g.large',
  parameterGroup: 'own',
  tags: {},
};

describe('a restore that RDS refuses', () => {
  for (const [fault, name, message] of [
    [
      'InstanceQuotaExceeded',
      'InstanceQuotaExceededError',
      /^no instance is left .*\nHINT: Raise the RDS quota 'DB instances'/,
    ],
    [
      'StorageQuotaExceeded',
      'StorageQuotaExceededError',
      /^no storage is left .*\nHINT: Raise the RDS quota 'Total storage/,
    ],
    [
      'InsufficientDBInstanceCapacity',
      'CapacityUnavailableError',
      /^AWS has no 'db\.r8g\.large' at present .*\nHINT: It is asked/,
    ],
  ] as const) {
    test(`for ${fault} is called so, with its own remedy`, async () => {
      for (const said of [fault, `${fault}Fault`])
        await assert.rejects(makeRds(refusing(said)).restore(request), { name, message });
    });
  }

  test('for capacity, or with an error of its own, is asked again for an hour', () => {
    const machine = machines().find(({ workflow }) => workflow === 'prove-snapshot');
    const state = machine?.states.find(({ name }) => name === 'StartRestore');
    assert.ok(state);
    for (const error of ['AwsUnavailableError', 'CapacityUnavailableError']) {
      const retry = retriesOf(state).find(({ errors }) => errors.includes(error))?.fields;
      assert.ok(retry, error);
      let [seconds, pause] = [0, Number(at(retry, 'IntervalSeconds'))];
      for (let attempt = 0; attempt < Number(at(retry, 'MaxAttempts')); attempt += 1) {
        seconds += Math.min(pause, Number(at(retry, 'MaxDelaySeconds')));
        pause *= Number(at(retry, 'BackoffRate'));
      }
      assert.ok(seconds >= 3600, `${error} is asked again for ${seconds} s`);
    }
  });
});
