import { makeSecrets } from '../../shared/aws/secrets.ts';
import { makeTopic } from '../../shared/aws/sns.ts';
import { config } from '../../shared/config.ts';
import { type Channel, SendNotificationInput, SendNotificationOutput } from '../../shared/contracts/notification.ts';
import { readNotification } from '../../shared/domain/notification/notification.ts';
import { MailEnvironment } from '../../shared/evidence/environment.ts';
import { defineTask, logger } from '../../shared/lambda/define-task.ts';
import { type Carriers, deliver } from '../../shared/notify/deliver.ts';
import { mailText } from '../../shared/notify/mail.ts';
import { pagerDutyEvent } from '../../shared/notify/pager-duty.ts';
import { makePostJson } from '../../shared/notify/post-json.ts';
import { slackMessage } from '../../shared/notify/slack.ts';
import { operations, stagePolicy } from '../../shared/policy/operations.ts';

/**
 * Carries what was published on a topic to Slack, PagerDuty and mail. A second call reports it again: PagerDuty folds
 * it by its key, people see it twice, which is better than never. Secrets are read each time: a new one holds at once.
 */
export const sendNotification = defineTask({
  input: SendNotificationInput,
  output: SendNotificationOutput,
  environment: MailEnvironment,
  deps: ({ MAIL_TOPIC_ARN }) => {
    const { stage } = config();
    const policy = operations();
    const { slack, pagerDuty, email } = stagePolicy(policy, stage).receivers;
    const secrets = makeSecrets();
    const post = makePostJson();
    const mail = makeTopic(MAIL_TOPIC_ARN);
    const carriers: Carriers = {
      ...(pagerDuty && {
        pagerDuty: async (notification) => {
          const { routingKey, eventsUrl } = await secrets.readPagerDutySecret(pagerDuty.secretArn);
          await post('PagerDuty', eventsUrl, { routing_key: routingKey, ...pagerDutyEvent(notification) });
        },
      }),
      ...(slack && {
        slack: async (notification) => {
          const { webhookUrl } = await secrets.readSlackSecret(slack.secretArn);
          await post('Slack', webhookUrl, slackMessage(notification));
        },
      }),
      ...(email.length > 0 && {
        email: async (notification) => {
          const { severity } = notification; // by which the subscriptions choose
          await mail.publish({ ...mailText(notification), attributes: { severity } });
        },
      }),
    };
    return { stage, routing: policy.notifications, severities: policy.costs.severities, carriers };
  },
  async run({ Records }, { stage, routing, severities, carriers }) {
    const delivered: Channel[] = [];
    const failed: Channel[] = [];
    for (const { Sns } of Records) {
      const notification = readNotification(Sns, stage, severities);
      const result = await deliver(notification, routing, carriers, (problem) =>
        logger.warn('channel failed', { problem, messageId: Sns.MessageId }),
      );
      const { severity, state, dedupKey } = notification;
      logger.info('notification sent', { severity, state, dedupKey, messageId: Sns.MessageId, ...result });
      delivered.push(...result.delivered);
      failed.push(...result.failed);
    }
    return { delivered, failed };
  },
});
export const { handler } = sendNotification;
