import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { makeCredentials } from '../../sandbox/credentials.ts';
import { makeS3 } from '../../sandbox/services/s3/s3.ts';
import { makeStates, type States } from '../../sandbox/services/states/states.ts';
import { startWire, type Wire } from '../../sandbox/wire/server.ts';
import { account, roleArn } from './service-support.ts';
import { fastClock, machine } from './support.ts';

test('[Map State] a distributed Map reads its items from the emulated S3, writes its results there, and a task reads them back', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'asl-s3-'));
  const credentials = makeCredentials();
  const states: States = makeStates({
    account,
    clock: fastClock,
    dispatch: (service, operation, input, options) => wire.dispatch(service, operation, input, options),
    issueCaller: () => credentials.operator.caller,
  });
  const wire: Wire = await startWire({ services: [states, makeS3({ directory })], credentials, clock: fastClock });
  const region = 'eu-central-1';
  const s3 = new S3Client({ region, endpoint: wire.endpoint, credentials: credentials.operator, forcePathStyle: true });
  try {
    await s3.send(
      new CreateBucketCommand({ Bucket: 'fleet', CreateBucketConfiguration: { LocationConstraint: region } }),
    );
    await s3.send(new PutObjectCommand({ Bucket: 'fleet', Key: 'items.json', Body: '["orders", "billing"]' }));
    const definition = machine({
      M: {
        Type: 'Map',
        ItemReader: {
          Resource: 'arn:aws:states:::s3:getObject',
          Arguments: { Bucket: 'fleet', Key: 'items.json' },
          ReaderConfig: { InputType: 'JSON' },
        },
        ItemProcessor: {
          ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
          StartAt: 'Each',
          States: { Each: { Type: 'Pass', End: true } },
        },
        ResultWriter: {
          Resource: 'arn:aws:states:::s3:putObject',
          Arguments: { Bucket: 'fleet', Prefix: 'results' },
        },
        Next: 'ReadManifest',
      },
      ReadManifest: {
        Type: 'Task',
        Resource: 'arn:aws:states:::aws-sdk:s3:getObject',
        Arguments: {
          Bucket: '{% $states.input.ResultWriterDetails.Bucket %}',
          Key: '{% $states.input.ResultWriterDetails.Key %}',
        },
        Output: '{% $parse($states.result.Body).ResultFiles.SUCCEEDED[0].Key %}',
        End: true,
      },
    });
    const call = { region, caller: credentials.operator.caller };
    const created = await wire.dispatch(
      'states',
      'CreateStateMachine',
      { name: 'fleet', roleArn, definition: JSON.stringify(definition) },
      call,
    );
    const { stateMachineArn } = Object(created);
    const started = await wire.dispatch('states', 'StartExecution', { stateMachineArn }, call);
    const { status, output, cause } = await states.waitForEnd(Object(started).executionArn);
    assert.equal(status, 'SUCCEEDED', String(cause));
    const Key = JSON.parse(String(output));
    assert.match(Key, /^results\/.*\/SUCCEEDED_0\.json$/);
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: 'fleet', Key }));
    const outcomes: { Output: string }[] = JSON.parse(String(await Body?.transformToString()));
    assert.deepEqual(outcomes.map((outcome) => outcome.Output).sort(), ['"billing"', '"orders"']);
  } finally {
    s3.destroy();
    await states.abortAll();
    await wire.stop();
    await rm(directory, { recursive: true });
  }
});
