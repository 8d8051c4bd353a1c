// Answers what a workflow asks of a person: npm run approve -- question.json
import { existsSync, readFileSync } from 'node:fs';
import { SFNClient } from '@aws-sdk/client-sfn';
import { makeTaskTokens } from '../../shared/aws/task-tokens.ts';
import { type SignedPromotionAnswer, WaitingPromotion } from '../../shared/contracts/dr-promotion/decision.ts';
import { type ApprovalAnswer, WaitingApproval } from '../../shared/contracts/remediation/remediation.ts';
import { type RestoreAnswer, WaitingRestore } from '../../shared/contracts/restore/restore.ts';
import { answerText, decisionText } from '../../shared/domain/remediation/approval.ts';
import { CommandLineError } from '../../shared/errors.ts';
import { operatorCommand, startWhenCalled } from '../command.ts';
import { decisionOf, type Said } from './decision-of.ts';
import { signAnswer } from './sign-answer.ts';

const help = `pg-gameday approve: answers what a remedy, a restore or a promotion asks, in your name

  npm run approve -- question.json                       shows the question
  npm run approve -- question.json --yes                 a remedy is applied, if its precondition still holds; a restore may begin; of a promotion one of the answers that it needs
  npm run approve -- question.json --refuse              it is not, and nothing is created or promoted
of a restored instance that you have looked at:
  npm run approve -- question.json --go-on               it is handed over to you
  npm run approve -- question.json --another-moment 2026-03-01T05:00:00Z   it is deleted, and that moment restored instead
  npm run approve -- question.json --give-up             it is deleted
of rows that are to be merged into the live tables:
  npm run approve -- question.json --yes, or --give-up

The message that asks names the object to download. Who you are AWS says by your credentials: the workflow looks whether you are
among remediation.ask.approvers, restore.approvers or promotion.approvers of the database in operations.yml. Exit code 0: answered or shown; 1: nothing waits for it any
more; 2: it did not come to that.`;

const isTrue = { type: 'boolean', default: false } as const;

export const approve = operatorCommand({
  help,
  grammar: {
    command: 'npm run approve --',
    options: {
      yes: isTrue,
      refuse: isTrue,
      'go-on': isTrue,
      'another-moment': { type: 'string' },
      'give-up': isTrue,
    },
    values: {
      'another-moment': (text: string) =>
        /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$|^latest$/.test(text)
          ? undefined
          : 'a whole second in UTC, as 2026-03-01T05:00:00Z, or latest',
    },
    actions: { '': { words: ['<file>'], options: ['yes', 'refuse', 'go-on', 'another-moment', 'give-up'] } },
  },
  async run({ words: [file = ''], values }, { line }) {
    const said = saidOf(values);
    const asked = readQuestion(file);
    const { executionName, executionArn, token, expiresAt } = asked;
    line(
      'found' in asked
        ? `${asked.found.remedy} of ${asked.found.database} on ${asked.found.instanceId}: ${asked.found.summary}`
        : asked.summary,
    );
    line(`execution ${executionName}, until ${expiresAt}`);
    const decision = decisionOf(questionOf(asked), said);
    if (decision.kind === 'none') {
      line(`Nothing was answered. Add ${decision.choices.join(', or ')}.`);
      return 0;
    }
    const [, , , region = ''] = executionArn.split(':');
    const answer: ApprovalAnswer | RestoreAnswer | SignedPromotionAnswer =
      'approvedBy' in asked
        ? await promotionAnswer(executionName, decision.decision, region)
        : 'found' in asked
          ? {
              isApproved: decision.decision === 'approve',
              signed: await signAnswer(answerText(executionName, decision.decision === 'approve'), { region }),
            }
          : {
              decision: decision.decision,
              at: decision.at,
              signed: await signAnswer(decisionText(executionName, decision.decision, decision.at), { region }),
            };
    const isTaken = await makeTaskTokens(new SFNClient({ region })).wake(token, { answer });
    line(isTaken ? `answered: ${decision.word}` : 'nothing waits for an answer any more');
    return isTaken ? 0 : 1;
  },
});
await startWhenCalled(import.meta.url, approve);

function saidOf(values: {
  yes: boolean;
  refuse: boolean;
  'go-on': boolean;
  'another-moment'?: string | undefined;
  'give-up': boolean;
}): Said | undefined {
  const { 'another-moment': at } = values;
  const said: Said[] = [
    ...(['yes', 'refuse', 'go-on', 'give-up'] as const).flatMap((name) => (values[name] ? [{ name, at: null }] : [])),
    ...(at === undefined ? [] : [{ name: 'another-moment' as const, at }]),
  ];
  if (said.length > 1)
    throw new CommandLineError(`--${said.map(({ name }) => name).join(' and --')} exclude each other`, {
      hints: ['Say one of them.'],
    });
  return said[0];
}

function questionOf(asked: WaitingApproval | WaitingRestore | WaitingPromotion) {
  return 'found' in asked ? 'remedy' : 'approvedBy' in asked ? 'promotion' : asked.question;
}

async function promotionAnswer(
  executionName: string,
  said: RestoreAnswer['decision'],
  region: string,
): Promise<SignedPromotionAnswer> {
  const decision = said === 'approve' ? 'approve' : 'refuse';
  return { decision, signed: await signAnswer(decisionText(executionName, decision), { region }) };
}

function readQuestion(file: string): WaitingApproval | WaitingRestore | WaitingPromotion {
  const hints = ['Download it: the message that asks says from where.'];
  if (!existsSync(file)) throw new CommandLineError(`file '${file}' does not exist`, { hints });
  try {
    const text = JSON.parse(readFileSync(file, 'utf8')) as { kind?: string };
    if (text.kind === 'promotion') return WaitingPromotion.parse(text);
    return text.kind === 'restore' ? WaitingRestore.parse(text) : WaitingApproval.parse(text);
  } catch (cause) {
    throw new CommandLineError(`file '${file}' is no question of remediation, restore or dr-promotion`, {
      hints,
      cause,
    });
  }
}
