import { makeAskIdentity } from '../../shared/aws/signed-identity.ts';
import { config } from '../../shared/config.ts';
import {
  CheckRestoreAnswerInput,
  CheckRestoreAnswerOutput,
  RestoreAnswer,
} from '../../shared/contracts/restore/restore.ts';
import { decisionText, headersToAskWith, mayAnswer } from '../../shared/domain/remediation/approval.ts';
import { isAnswerTo } from '../../shared/domain/restore/is-answer-to.ts';
import { defineTask, logger } from '../../shared/lambda/define-task.ts';
import { operations } from '../../shared/policy/operations.ts';

/**
 * Asks AWS who has signed the answer, and looks whether it is one who may answer, to this question. Changes nothing, so a second call is
 * harmless; an answer that nobody vouches for decides nothing.
 */
export const checkRestoreAnswer = defineTask({
  input: CheckRestoreAnswerInput,
  output: CheckRestoreAnswerOutput,
  deps: () => ({ askIdentity: makeAskIdentity(config().region), approvers: operations().restore.approvers }),
  async run({ executionName, question, answer }, { askIdentity, approvers }) {
    const undecided = (reason: string, person: string | null = null) => {
      logger.warn('answer not taken', { reason, person });
      return { decision: null, at: null, person, reason };
    };
    const parsed = RestoreAnswer.safeParse(answer);
    if (!parsed.success) return undecided('the answer is none: nothing was signed');
    const { decision, at, signed } = parsed.data;
    if (!isAnswerTo(question, decision, at))
      return undecided(`'${decision}' is no answer to the question of ${question}`);
    const asked = headersToAskWith(decisionText(executionName, decision, at), signed);
    if ('refusal' in asked) return undecided(asked.refusal);
    const person = await askIdentity(asked.headers);
    if (person === undefined) return undecided('AWS does not accept the signature of the answer');
    if (!mayAnswer(person, approvers)) return undecided(`'${person}' is not among restore.approvers`, person);
    const reason = `${decision}${at === null ? '' : ` ${at}`} by '${person}'`;
    logger.info('answer accepted', { reason, person });
    return { decision, at, person, reason };
  },
});
export const { handler } = checkRestoreAnswer;
