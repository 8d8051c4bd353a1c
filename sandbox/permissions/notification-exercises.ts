import http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Sandbox } from '../sandbox.ts';
import { devStage } from '../stage-policy.ts';
import type { Exercise } from './exercises.ts';
import { invoke } from './invoke.ts';

const run = {
  executionName: 'exercise',
  executionArn: 'arn:aws:states:us-east-1:123456789012:execution:exercise:exercise',
};
const backup = {
  workflow: 'backup-and-verify',
  summary: 'an exercise',
  blame: null,
  evidenceKey: 'none',
  reportKey: 'none',
  chain: null,
  isCapped: false,
  isRefused: false,
  warnings: 0,
};
const night = {
  workflow: 'nightly-backup',
  summary: 'an exercise',
  recordKey: 'none',
  recordSha256: null,
  pageKey: 'none',
};
const costs = {
  workflow: 'cost-report',
  subject: 'an exercise',
  text: 'an exercise',
  evidenceKey: 'none',
  reportKey: 'none',
};

/** What each workflow reports on the topic of each severity that its outcomes can have. */
export function exercisesOfNotification(database: string): Exercise[] {
  return [
    published('P1', { ...backup, database, verdict: 'failed', copyFailure: null }),
    published('P2', {
      ...backup,
      database,
      verdict: 'exact',
      copyFailure: { error: 'Exercise', cause: 'an exercise', state: 'CopySnapshot' },
    }),
    published('P4', { ...backup, database, verdict: 'exact', copyFailure: null }),
    published('P1', { ...night, isProven: false, severity: 'P1' }),
    published('P2', { ...night, isProven: false, severity: 'P2' }),
    published('P4', { ...night, isProven: true, severity: 'P4' }),
    ...['P2', 'P3', 'P4'].map((severity) => published(severity, { ...costs, severity })),
    { title: 'a message to every receiver', run: reportEverybody },
  ];
}

/** With secrets and a receiver that are there for as long as it takes: nothing can be reported without them. */
async function reportEverybody(sandbox: Sandbox): Promise<string | undefined> {
  const receiver = http.createServer((request, response) => request.resume().on('end', () => response.end('ok')));
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`;
  const { slack, pagerDuty } = devStage().receivers;
  const store = sandbox.secrets.secrets.in(sandbox.region);
  const kept: ReturnType<typeof store.create>[] = [];
  const keep = (arn: string, value: object) => {
    const secret = store.create(arn.split(':').slice(6).join(':'), { arn });
    kept.push(secret);
    store.putValue(secret, { text: JSON.stringify(value) });
  };
  try {
    if (slack) keep(slack.secretArn, { webhookUrl: url });
    if (pagerDuty) keep(pagerDuty.secretArn, { routingKey: 'exercise', eventsUrl: url });
    const TopicArn = sandbox.template.topics.find(({ logicalId }) => logicalId === 'P1Topic')?.arn;
    const MessageAttributes = { state: { Value: 'problem' } };
    const Timestamp = new Date().toISOString();
    const Sns = { MessageId: 'exercise', TopicArn, Message: 'an exercise', MessageAttributes, Timestamp };
    const answer = await invoke(sandbox, 'sendNotification', { Records: [{ Sns }] });
    const delivered = answer['delivered'];
    return Array.isArray(delivered) && delivered.length === 3 ? undefined : `answered ${JSON.stringify(answer)}`;
  } finally {
    for (const secret of kept) store.remove(secret);
    receiver.closeAllConnections();
    await new Promise((resolve) => receiver.close(resolve));
  }
}

function published(severity: string, outcome: Readonly<Record<string, unknown>>): Exercise {
  return {
    title: `an outcome of ${String(outcome['workflow'])} with ${severity}`,
    async run(sandbox: Sandbox) {
      const answer = await invoke(sandbox, 'publishOutcome', { ...run, outcome });
      const topic = sandbox.template.topics.find(({ logicalId }) => logicalId === `${severity}Topic`)?.arn ?? '';
      const isThere = sandbox.sns.messages(topic).some(({ messageId }) => messageId === answer['messageId']);
      return isThere ? undefined : `answered ${JSON.stringify(answer)}`;
    },
  };
}
