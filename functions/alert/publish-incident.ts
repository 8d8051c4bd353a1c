import { makeSeverityTopics } from '../../shared/aws/sns.ts';
import { config } from '../../shared/config.ts';
import { PublishIncidentInput, PublishIncidentOutput } from '../../shared/contracts/alert/alert.ts';
import { TopicEnvironment, topicArns } from '../../shared/evidence/environment.ts';
import { defineTask } from '../../shared/lambda/define-task.ts';

/** SNS takes 256 kB; an event of an alarm has two. */
const mostEventText = 20_000;

/**
 * Reports on the topic of its severity what could not go its way: whoever carries that topic knows other tries, a queue for what reaches
 * nobody, and its alarm. A second call publishes a second message with the same execution name.
 */
export const publishIncident = defineTask({
  input: PublishIncidentInput,
  output: PublishIncidentOutput,
  environment: TopicEnvironment,
  deps: (environment) => ({ topics: makeSeverityTopics(topicArns(environment)), stage: config().stage }),
  async run({ executionName, event, id, severity, failure }, { topics, stage }) {
    const subject = `[${stage}] an alarm could not go its way: ${failure.error} in ${failure.state}`;
    const lines = [
      subject,
      `Nobody may have been asked. Incident ${id ?? 'not opened'}, execution ${executionName} of alert.`,
      failure.cause.slice(0, 2000),
      JSON.stringify(event, undefined, 2).slice(0, mostEventText),
    ];
    const message = {
      subject,
      text: lines.join('\n\n'),
      attributes: { workflow: 'alert', execution: executionName, state: 'problem' },
    };
    return { messageId: await topics.publish(severity, message) };
  },
});
export const { handler } = publishIncident;
