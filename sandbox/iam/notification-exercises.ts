import type { Sandbox } from '../sandbox.ts';
import type { Exercise } from './exercises.ts';
import { invoke } from './invoke.ts';

const run = {
  executionName: 'exercise',
  executionArn: 'arn:aws:states:us-east-1:123456789012:execution:exercise:exercise',
};
const outcome = {
  ...run,
  summary: 'an exercise',
  evidenceKey: 'none',
  reportKey: 'none',
  chain: null,
  isCapped: false,
};
const night = { ...run, summary: 'an exercise', recordKey: 'none', pageKey: 'none' };
const costs = { ...run, subject: 'an exercise', text: 'an exercise', evidenceKey: 'none', reportKey: 'none' };

/** What each workflow tells on the topic of each severity that its outcomes can have. */
export function exercisesOfNotification(database: string): Exercise[] {
  return [
    published('publishOutcome', 'P1', { ...outcome, database, verdict: 'failed', copyFailure: null }),
    published('publishOutcome', 'P2', {
      ...outcome,
      database,
      verdict: 'exact',
      copyFailure: { error: 'Exercise', cause: 'an exercise', state: 'CopySnapshot' },
    }),
    published('publishOutcome', 'P4', { ...outcome, database, verdict: 'exact', copyFailure: null }),
    published('publishFleet', 'P1', { ...night, isProven: false }),
    published('publishFleet', 'P4', { ...night, isProven: true }),
    ...['P2', 'P3', 'P4'].map((severity) => published('publishCostReport', severity, { ...costs, severity })),
  ];
}

function published(key: string, severity: string, payload: object): Exercise {
  return {
    title: `${key} with an outcome of ${severity}`,
    async run(sandbox: Sandbox) {
      const answer = await invoke(sandbox, key, payload);
      const topic = sandbox.template.topics.find(({ logicalId }) => logicalId === `${severity}Topic`)?.arn ?? '';
      const isThere = sandbox.sns.messages(topic).some(({ messageId }) => messageId === answer['messageId']);
      return isThere ? undefined : `answered ${JSON.stringify(answer)}`;
    },
  };
}
