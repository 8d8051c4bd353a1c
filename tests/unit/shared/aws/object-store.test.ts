import assert from 'node:assert/strict';
import { S3Client } from '@aws-sdk/client-s3';
import { makeObjectStore } from '../../../../shared/aws/s3/object-store.ts';
import { answering, nowhere, refusal } from '../../../support/answering.ts';

describe('evidence', () => {
  const store = (answer: Parameters<typeof answering>[1] = () => ({})) => {
    const { client, asked } = answering(new S3Client(nowhere), answer);
    return { asked, store: makeObjectStore('evidence', client) };
  };

  test('is written where nothing is, and S3 decides whether something is', async () => {
    const { asked, store: own } = store();
    assert.equal(await own.putNew('a', '{}', 'application/json'), true);
    assert.deepEqual(
      asked.map(({ input }) => input),
      [{ Bucket: 'evidence', Key: 'a', Body: '{}', ContentType: 'application/json', IfNoneMatch: '*' }],
    );
  });

  test('that is there already, or is being written, is left as it is, which is an answer', async () => {
    for (const name of ['PreconditionFailed', 'ConditionalRequestConflict']) {
      const { store: own } = store(() => {
        throw refusal(name);
      });
      assert.equal(await own.putNew('a', '{}', 'application/json'), false);
    }
  });

  test('that S3 refuses for any other reason is an error', async () => {
    const { store: own } = store(() => {
      throw refusal('NoSuchBucket');
    });
    await assert.rejects(own.putNew('a', '{}', 'application/json'), { name: 'NoSuchBucket' });
  });

  test('is there when S3 says so, and an error is no answer', async () => {
    assert.equal(await store().store.exists('a'), true);
    const { store: without } = store(() => {
      throw refusal('NotFound');
    });
    assert.equal(await without.exists('a'), false);
    const { store: refusing } = store(() => {
      throw refusal('AccessDenied');
    });
    await assert.rejects(refusing.exists('a'), { name: 'AccessDeniedError' });
  });
});
