import { setTimeout as delay } from 'node:timers/promises';
import { firehosePermissions } from '../../iam/required/observability.ts';
import { regionalArn } from '../../template/resource.ts';
import { defineService } from '../definition.ts';
import { makeFirehose } from './firehose.ts';
import { notes } from './notes.ts';
import { readStream } from './read-stream.ts';

/** A function that is called each second of a fast sandbox would be most of what it does. */
const leastPause = 30_000;
const type = 'AWS::KinesisFirehose::DeliveryStream';

export const firehoseService = defineService({
  name: 'firehose',
  id: 'firehose',
  notes,
  permissions: firehosePermissions,
  resources: {
    [type]: { nameProperty: 'DeliveryStreamName', arn: regionalArn('firehose', (name) => `deliverystream/${name}`) },
  },
  make: ({ account, dispatch, clock }, _others: object) => ({
    service: makeFirehose({ account, dispatch, now: clock.now }),
  }),
  deploy({ resources, region }, { service }) {
    for (const resource of resources.filter((one) => one.type === type)) {
      try {
        service.addStream(region, readStream(resource));
      } catch (error) {
        throw new Error(`'${resource.logicalId}' of the template cannot be deployed`, { cause: error });
      }
    }
  },
  run({ service }, { clock, reportUndelivered }, signal) {
    const follow = async (): Promise<void> => {
      for (;;) {
        const seconds = Math.min(900, ...service.intervals());
        await delay(Math.max((seconds * 1000) / clock.speed, leastPause), undefined, { signal, ref: false });
        await service.flush().catch((error: unknown) => reportUndelivered('records of Firehose', error));
      }
    };
    follow().catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
  },
});
