import type { Dispatch } from '../../wire/service.ts';

export type ServicePublication = {
  /** The service that publishes, as `budgets.amazonaws.com`. */
  readonly principal: string;
  /** What it publishes about. */
  readonly sourceArn: string;
  readonly topicArn: string;
  readonly subject?: string;
  readonly message: string;
};

export type PublishAsService = (publication: ServicePublication) => Promise<void>;

export type ServicePublisherDeps = {
  readonly account: string;
  readonly dispatch: Dispatch;
  /** Key of a topic's encryption, when it has one: no service may use the key of AWS. */
  readonly topicKey?: ((topicArn: string) => string | undefined) | undefined;
};

/** Publishes under the principal of a service, so that the topic's policy decides, and its key. */
export function makePublishAsService({ account, dispatch, topicKey }: ServicePublisherDeps): PublishAsService {
  return async ({ principal, sourceArn, topicArn, subject, message }) => {
    if (topicKey?.(topicArn) === 'alias/aws/sns') {
      throw new Error(
        `topic '${topicArn}' is encrypted with 'alias/aws/sns', which ${principal} may not use\nHINT: Give the topic a key of your own whose policy allows ${principal}, or none.`,
      );
    }
    const [, , , region = ''] = topicArn.split(':');
    const caller = { account, accessKeyId: principal, arn: principal, sourceArn };
    const input = { TopicArn: topicArn, Message: message, ...(subject === undefined ? {} : { Subject: subject }) };
    await dispatch('sns', 'Publish', input, { region, caller });
  };
}
