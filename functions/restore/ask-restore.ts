import { AskRestoreInput, AskRestoreOutput, type WaitingRestore } from '../../shared/contracts/restore/restore.ts';
import { questionText } from '../../shared/domain/restore/question-text.ts';
import { TopicEnvironment } from '../../shared/evidence/environment.ts';
import { restoreQuestionKey } from '../../shared/evidence/keys.ts';
import { defineTask, logger } from '../../shared/lambda/define-task.ts';
import { askingParts, askPeople } from '../../shared/notify/ask-people.ts';
import { restoreQuestion } from '../../shared/notify/outcomes/restore-message.ts';
import { databasePolicy, operations } from '../../shared/policy/operations.ts';

/** Asks a person what a restore may do next. */
export const askRestore = defineTask({
  input: AskRestoreInput,
  output: AskRestoreOutput,
  environment: TopicEnvironment,
  deps: (environment) => ({ ...askingParts(environment), policy: operations() }),
  async run({ seconds, ...asked }, { policy, ...parts }) {
    const { secretArn } = databasePolicy(policy, parts.place.stage, asked.plan.database);
    const { expiresAt } = await askPeople<WaitingRestore>(parts, {
      ...{ key: restoreQuestionKey(asked.executionName), seconds, severity: 'P2', message: restoreQuestion },
      question: (term) => ({
        ...asked,
        ...{ kind: 'restore', schemaVersion: 1, summary: questionText(asked, secretArn), ...term },
      }),
    });
    logger.info('a person is asked', { question: asked.question, expiresAt });
    return { answer: null };
  },
});
export const { handler } = askRestore;
