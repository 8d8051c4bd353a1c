import type { PublishCommandOutput } from '@aws-sdk/client-sns';
import type { Integration } from './integration.ts';
import { serviceFailure } from './service-failure.ts';

/** `arn:aws:states:::sns:publish`: a Message that is not text is published as JSON. */
export const publish: Integration = async (context, taskArguments, { signal }) => {
  const { Message } = taskArguments;
  const input = { ...taskArguments, Message: typeof Message === 'string' ? Message : JSON.stringify(Message) };
  try {
    const call = { region: context.region, caller: context.caller(), signal };
    const output = (await context.dispatch('sns', 'Publish', input, call)) as PublishCommandOutput;
    return { MessageId: output.MessageId, SdkHttpMetadata: { HttpStatusCode: 200 } };
  } catch (thrown) {
    throw serviceFailure(thrown, { prefix: 'SNS', serviceName: 'AmazonSNS', general: 'AmazonSNSException' });
  }
};
