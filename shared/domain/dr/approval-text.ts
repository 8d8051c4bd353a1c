import type { WaitingPromotion } from '../../contracts/dr-promotion/decision.ts';

type Asked = Pick<
  WaitingPromotion,
  'database' | 'primary' | 'replicaId' | 'reason' | 'approval' | 'seen' | 'mostLossSeconds' | 'isFence' | 'approvedBy'
>;

/** What people are asked, with all that is needed to answer it. */
export function approvalText(asked: Asked): string {
  const { database, primary, replicaId, reason, approval, seen, mostLossSeconds, isFence, approvedBy } = asked;
  const old = `'${primary.instanceId}' in ${primary.region}`;
  const missing = approval.needed - approvedBy.length;
  return [
    `May '${replicaId}' become the primary of '${database}' in place of ${old}? It cannot be taken back.`,
    ...(seen === null
      ? [`A person has asked for it: ${reason ?? 'no reason was given'}`, `At most ${mostLossSeconds} s may be lost.`]
      : [
          `${old} seems to be lost: ${seen.reason}.`,
          `At most ${seen.acceptSeconds ?? 'an unknown number of'} s of what was committed would be lost.`,
          isFence
            ? 'Its lease is over: it keeps its applications out by itself.'
            : `NOTHING KEEPS THE APPLICATIONS OUT OF IT. By yes you say that nobody writes there: look at AWS Health and at the applications before.`,
        ]),
    `${approval.needed} say yes before anything is changed, ${missing === 1 ? 'one is' : `${missing} are`} missing still${approvedBy.length === 0 ? '' : `; yes said ${approvedBy.join(', ')}`}.`,
    `May answer: ${approval.approvers.join(', ')}`,
  ].join('\n');
}
