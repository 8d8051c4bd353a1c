import { pressButton } from '../../shared/alert/press-button.ts';
import { AnswerTestAlarmInput, AnswerTestAlarmOutput } from '../../shared/contracts/alert-test/alert-test.ts';
import { RobotEnvironment } from '../../shared/evidence/environment.ts';
import { defineTask, logger } from '../../shared/lambda/define-task.ts';

/**
 * Answers the test of the alert path as a person does: it opens the link of its message, and presses the button. A second call finds it
 * acknowledged.
 */
export const answerTestAlarm = defineTask({
  input: AnswerTestAlarmInput,
  output: AnswerTestAlarmOutput,
  environment: RobotEnvironment,
  deps: ({ ANSWER_URL }) => ({ press: pressButton(ANSWER_URL) }),
  async run({ Records }, { press }) {
    const statuses: number[] = [];
    for (const { Sns } of Records) statuses.push(...(await press(Sns.Message)));
    logger.info('test alarm answered', { statuses });
    return { statuses };
  },
});
export const { handler } = answerTestAlarm;
