// Answers what a remedy asks: npm run approve -- question.json
import { existsSync, readFileSync } from 'node:fs';
import { SFNClient } from '@aws-sdk/client-sfn';
import { makeTaskTokens } from '../../shared/aws/task-tokens.ts';
import { type ApprovalAnswer, WaitingApproval } from '../../shared/contracts/remediation/remediation.ts';
import { CommandLineError } from '../../shared/errors.ts';
import { operatorCommand, startWhenCalled } from '../command.ts';
import { signAnswer } from './sign-answer.ts';

const help = `pg-gameday approve: answers what a remedy asks, in your name

  npm run approve -- question.json --yes      it is applied, if its precondition still holds
  npm run approve -- question.json --refuse   it is not
  npm run approve -- question.json            shows the question

The message that asks names the object to download. Who you are AWS says by your credentials: remediation looks whether you are
among remediation.ask.approvers of operations.yml. Exit code 0: answered or shown; 1: nothing waits for it any more; 2: it did not come to that.`;

export const approve = operatorCommand({
  help,
  grammar: {
    command: 'npm run approve --',
    options: { yes: { type: 'boolean', default: false }, refuse: { type: 'boolean', default: false } },
    values: {},
    actions: { '': { words: ['<file>'], options: ['yes', 'refuse'] } },
  },
  async run({ words: [file = ''], values: { yes, refuse } }, { line }) {
    if (yes && refuse)
      throw new CommandLineError('--yes and --refuse exclude each other', { hints: ['Say one of them.'] });
    const { executionName, executionArn, token, found, expiresAt } = readQuestion(file);
    line(`${found.remedy} of ${found.database} on ${found.instanceId}: ${found.summary}`);
    line(`execution ${executionName}, until ${expiresAt}`);
    if (!yes && !refuse) {
      line('Nothing was answered. Add --yes or --refuse.');
      return 0;
    }
    const [, , , region = ''] = executionArn.split(':');
    const answer: ApprovalAnswer = { isApproved: yes, signed: await signAnswer(executionName, yes, { region }) };
    const isTaken = await makeTaskTokens(new SFNClient({ region })).wake(token, { answer });
    line(isTaken ? `answered: ${yes ? 'approved' : 'refused'}` : 'nothing waits for an answer any more');
    return isTaken ? 0 : 1;
  },
});
await startWhenCalled(import.meta.url, approve);

function readQuestion(file: string): WaitingApproval {
  const hints = ['Download it: the message that asks says from where.'];
  if (!existsSync(file)) throw new CommandLineError(`file '${file}' does not exist`, { hints });
  try {
    return WaitingApproval.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (cause) {
    throw new CommandLineError(`file '${file}' is no question of remediation`, { hints, cause });
  }
}
