import { makeAskIdentity } from '../../shared/aws/signed-identity.ts';
import { config } from '../../shared/config.ts';
import { ApprovalAnswer, CheckAnswerInput, CheckAnswerOutput } from '../../shared/contracts/remediation/remediation.ts';
import { answerText, headersToAskWith, mayAnswer } from '../../shared/domain/remediation/approval.ts';
import { defineTask, logger } from '../../shared/lambda/define-task.ts';
import { operations } from '../../shared/policy/operations.ts';

/**
 * Asks AWS who has signed the answer, and looks whether it is one who may answer. Changes nothing, so a second call is harmless; an
 * answer that nobody vouches for is a refusal.
 */
export const checkAnswer = defineTask({
  input: CheckAnswerInput,
  output: CheckAnswerOutput,
  deps: () => ({ askIdentity: makeAskIdentity(config().region), approvers: operations().remediation.ask.approvers }),
  async run({ executionName, answer }, { askIdentity, approvers }) {
    const refused = (reason: string, person: string | null = null) => {
      logger.warn('answer refused', { reason, person });
      return { isApproved: false, person, reason };
    };
    const parsed = ApprovalAnswer.safeParse(answer);
    if (!parsed.success) return refused('the answer is none: nothing was signed');
    const asked = headersToAskWith(answerText(executionName, parsed.data.isApproved), parsed.data.signed);
    if ('refusal' in asked) return refused(asked.refusal);
    const person = await askIdentity(asked.headers);
    if (person === undefined) return refused('AWS does not accept the signature of the answer');
    if (!mayAnswer(person, approvers)) return refused(`'${person}' is not among remediation.ask.approvers`, person);
    const { isApproved } = parsed.data;
    const reason = `${isApproved ? 'approved' : 'refused'} by '${person}'`;
    logger.info('answer accepted', { reason, person });
    return { isApproved, person, reason };
  },
});
export const { handler } = checkAnswer;
