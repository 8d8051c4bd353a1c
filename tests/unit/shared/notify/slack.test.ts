import assert from 'node:assert/strict';
import type { Notification } from '../../../../shared/contracts/notification.ts';
import { slackMessage } from '../../../../shared/notify/slack.ts';

const failed: Notification = {
  ...{ severity: 'P1', state: 'problem', dedupKey: 'prod/backup-and-verify/fantasy', stage: 'prod' },
  ...{ title: '[prod] backup of fantasy failed', lines: ['text'], at: '2026-03-01T08:45:00.000Z' },
};

describe('a message to Slack', () => {
  test('of a long text is as long as Slack takes, and no longer', () => {
    const { blocks } = slackMessage({ ...failed, title: 'x'.repeat(500), lines: ['&'.repeat(9000)] }) as {
      blocks: { text?: { text: string } }[];
    };
    const [header, section] = blocks.map(({ text }) => text?.text ?? '');
    assert.equal(header?.length, 150);
    assert.ok((section?.length ?? 0) <= 3000 && (section?.length ?? 0) > 2990);
    assert.match(section ?? '', /^(&amp;)+…$/);
  });
});
