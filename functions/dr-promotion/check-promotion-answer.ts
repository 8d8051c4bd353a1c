import { makeAskIdentity } from '../../shared/aws/signed-identity.ts';
import { config } from '../../shared/config.ts';
import {
  CheckPromotionAnswerInput,
  CheckPromotionAnswerOutput,
  type PromotionAnswer,
  SignedPromotionAnswer,
} from '../../shared/contracts/dr-promotion/decision.ts';
import { whoApproved } from '../../shared/domain/dr/approval.ts';
import { approverOf, decisionText, headersToAskWith } from '../../shared/domain/remediation/approval.ts';
import { defineTask, logger } from '../../shared/lambda/define-task.ts';
import { databasePolicy, operations } from '../../shared/policy/operations.ts';

/**
 * Asks AWS who has signed the answer, and looks whether it is one who may answer, and has not yet. Changes nothing, so a second call is
 * harmless; an answer that nobody vouches for decides nothing, and is recorded.
 */
export const checkPromotionAnswer = defineTask({
  input: CheckPromotionAnswerInput,
  output: CheckPromotionAnswerOutput,
  deps: () => ({
    askIdentity: makeAskIdentity(config().region),
    policy: operations(),
    stage: config().stage,
    now: () => new Date(),
  }),
  async run({ executionName, database, answer, before }, { askIdentity, policy, stage, now }) {
    const { approvers } = databasePolicy(policy, stage, database).promotion;
    const at = now().toISOString();
    const said = (one: Omit<PromotionAnswer, 'at'>) => {
      logger.info('answer looked at', one);
      const taken = { ...one, at };
      return { answer: taken, approvedBy: whoApproved([...before, taken]) };
    };
    const undecided = (reason: string, person: string | null = null) =>
      said({ decision: null, person, approver: null, reason });
    const parsed = SignedPromotionAnswer.safeParse(answer);
    if (!parsed.success) return undecided('the answer is none: nothing was signed');
    const { decision, signed } = parsed.data;
    const asked = headersToAskWith(decisionText(executionName, decision), signed);
    if ('refusal' in asked) return undecided(asked.refusal);
    const person = await askIdentity(asked.headers);
    if (person === undefined) return undecided('AWS does not accept the signature of the answer');
    const approver = approverOf(person, approvers);
    if (approver === undefined)
      return undecided(`'${person}' is not among promotion.approvers of '${database}'`, person);
    if (decision === 'approve' && whoApproved(before).includes(approver))
      return undecided(`'${approver}' has said yes already, another person is required`, person);
    return said({ decision, person, approver, reason: `${decision} by '${person}'` });
  },
});
export const { handler } = checkPromotionAnswer;
