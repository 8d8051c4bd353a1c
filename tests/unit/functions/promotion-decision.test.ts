import assert from 'node:assert/strict';
import { signAnswer } from '../../../operator/approve/sign-answer.ts';
import type { PromotionAnswer } from '../../../shared/contracts/dr-promotion/decision.ts';
import { decisionText } from '../../../shared/domain/remediation/approval.ts';
import { operations } from '../shared/policy/load-operations.ts';
import { aMinute, quietly } from './quietly.ts';

const { checkPromotionAnswer } = await import('../../../functions/dr-promotion/check-promotion-answer.ts');
const { askPromotion } = await import('../../../functions/dr-promotion/ask-promotion.ts');
const { watchPrimary } = await import('../../../functions/dr-promotion/watch-primary.ts');

const user = (name: string) => `arn:aws:iam::123456789012:user/${name}`;
const now = () => new Date(Date.UTC(2026, 2, 1, 5, 10));

function policyWith(promotion: object) {
  const { stages, ...common } = operations();
  const { fantasy } = stages.dev.databases;
  assert.ok(fantasy);
  const own = { ...fantasy, promotion: { ...fantasy.promotion, ...promotion } };
  return {
    ...common,
    stages: { ...stages, dev: { ...stages.dev, databases: { ...stages.dev.databases, fantasy: own } } },
  };
}
const policy = policyWith({ decision: 'approve', approvers: [user('anna'), user('ben')] });

describe('an answer to the question of a promotion', () => {
  const signedFor = async (executionName: string, decision: 'approve' | 'refuse') => ({
    decision,
    signed: await signAnswer(decisionText(executionName, decision), {
      ...{ region: 'us-west-2', credentials: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'a test' } },
    }),
  });
  const checked = (answer: unknown, person: string | undefined, before: PromotionAnswer[] = []) =>
    quietly(() =>
      checkPromotionAnswer.run(
        { executionName: 'run-1', database: 'fantasy', answer, before },
        { askIdentity: async () => person, policy, stage: 'dev', now },
        aMinute,
      ),
    );

  test('of one who is listed counts, and two of them are two', async () => {
    const first = await checked(await signedFor('run-1', 'approve'), user('anna'));
    assert.deepEqual([first.answer.decision, first.approvedBy], ['approve', [user('anna')]]);
    const second = await checked(await signedFor('run-1', 'approve'), user('ben'), [first.answer]);
    assert.deepEqual(second.approvedBy, [user('anna'), user('ben')]);
    const no = await checked(await signedFor('run-1', 'refuse'), user('ben'), [first.answer]);
    assert.equal(no.answer.decision, 'refuse');
  });

  test('decides nothing, and says why, where it is none of one who may give it', async () => {
    const anna = (await checked(await signedFor('run-1', 'approve'), user('anna'))).answer;
    const yes = await signedFor('run-1', 'approve');
    const cases: readonly (readonly [unknown, string | undefined, RegExp])[] = [
      [yes, user('carl'), /'.*carl' is not among promotion\.approvers of 'fantasy'/],
      [yes, user('anna'), /has said yes already, another person is required/],
      [yes, undefined, /AWS does not accept the signature/],
      [
        await signedFor('run-2', 'approve'),
        user('ben'),
        /what was signed is 'approve run-2', expected 'approve run-1'/,
      ],
      [
        { ...(await signedFor('run-1', 'refuse')), decision: 'approve' },
        user('ben'),
        /what was signed is 'refuse run-1'/,
      ],
      [{ decision: 'approve' }, user('ben'), /nothing was signed/],
      ['yes', user('ben'), /nothing was signed/],
    ];
    for (const [answer, person, reason] of cases) {
      const { answer: taken, approvedBy } = await checked(answer, person, [anna]);
      assert.deepEqual([taken.decision, approvedBy], [null, [user('anna')]], String(reason));
      assert.match(taken.reason, reason);
    }
  });

  test('is asked for by a page where a primary is lost, and by a message where somebody wants to switch', async () => {
    const published: string[] = [];
    const stored: string[] = [];
    const asked = {
      ...{ executionName: 'run-1', executionArn: 'arn:aws:states:us-west-2:123456789012:execution:x:run-1' },
      ...{ database: 'fantasy', replicaId: 'fantasy-dr', primary: { region: 'us-east-1', instanceId: 'fantasy-dev' } },
      ...{ reason: 'a test', approval: { needed: 2, seconds: 1800, approvers: [user('anna'), user('ben')] } },
      ...{ mostLossSeconds: 0, isFence: true, approvedBy: [], token: 'a token', seconds: 600 },
    };
    const deps = {
      store: { put: async (key: string, body: string | Buffer) => void stored.push(`${key} ${body}`) },
      topics: {
        publish: async (severity: string, message: { text: string }) => published.push(severity, message.text),
      },
      place: { stage: 'prod', bucket: 'evidence' },
      now: () => Date.UTC(2026, 2, 1, 5),
    };
    const seen = {
      ...{ verdict: 'doubt' as const, reason: 'silent', lossSeconds: 1, acceptSeconds: 61, isLeaseOver: true },
      ...{ watch: {}, at: now().toISOString() },
    };
    await quietly(() => askPromotion.run({ ...asked, seen }, deps as never, aMinute));
    await quietly(() => askPromotion.run({ ...asked, seen: null }, deps as never, aMinute));
    assert.deepEqual([published[0], published[2]], ['P1', 'P2']);
    assert.match(
      published[1] ?? '',
      /Until 2026-03-01T05:10:00\.000Z: aws s3 cp s3:\/\/evidence\/dr-promotion\/approvals\/run-1\.json/,
    );
    assert.ok(stored.every((one) => one.includes('"token": "a token"')));
    assert.ok(!published[1]?.includes('a token'), 'whoever reads the message has no token by it');
  });
});

describe('a primary that is watched', () => {
  const held = { epoch: 4, holder: 'us-east-1/fantasy-dev', counter: 9 };
  const places = ['us-east-1', 'us-west-2', 'us-east-2'];
  const watch = Object.fromEntries(places.map((place) => [place, { content: held, since: 0 }]));
  const lease = { mode: 'enforce' as const, holder: held.holder, epoch: 4, isFence: true, watch };
  const replay = {
    lsn: '0/30',
    receivedLsn: '0/30',
    lastCommitAt: '2026-03-01T05:00:00.000Z',
    at: '2026-03-01T05:00:01.000Z',
  };
  type World = { counter: number; silent: string[]; status: string | null; received: string; alarm: string };
  const watching = async (waitedSeconds: number, world: Partial<World> = {}) => {
    const { counter = 9, silent = [], status = null, received = '0/30', alarm = 'ALARM' } = world;
    const asked: string[] = [];
    const unreachable = () => Promise.reject(Object.assign(new Error('no answer'), { name: 'AwsUnavailableError' }));
    const endpoint = { address: 'fantasy-dr.example.com', port: 5432 };
    const deps = {
      rds: { findInstance: async () => ({ id: 'fantasy-dr', status: 'available', endpoint }) },
      rdsIn: (region: string) => ({
        findInstance: async () => {
          asked.push(region);
          return status === null ? unreachable() : { status };
        },
      }),
      secrets: { readDatabaseSecret: async () => ({ username: 'gameday', password: 'p' }) },
      alarmStateOf: async () => alarm,
      replayAt: async () => ({ ...replay, receivedLsn: received }),
      registerAt: ({ region }: { region: string }) => ({
        read: async () => (silent.includes(region) ? unreachable() : { content: { ...held, counter }, etag: 'e' }),
      }),
      policy,
      config: { stage: 'dev', region: 'us-west-2', evidenceBucket: 'evidence' },
      now,
    };
    const input = {
      ...{ executionName: 'run-1', database: 'fantasy', replicaId: 'fantasy-dr', lease, watch, waitedSeconds, replay },
      ...{ primary: { region: 'us-east-1', instanceId: 'fantasy-dev' }, approval: null, mostLossSeconds: 600 },
      automatic: { alarm: 'an-alarm', mayDecide: true, isNothingLost: false },
    };
    const seen = await quietly(() => watchPrimary.run(input, deps as never, aMinute));
    return { ...seen, asked };
  };

  test('is lost when two of three registers rest for five minutes, and RDS of its region says nothing', async () => {
    for (const silent of [[], ['us-east-1']]) {
      const { verdict, lossSeconds, asked } = await watching(315, { silent });
      assert.deepEqual([verdict, lossSeconds, asked], ['lost', 600, ['us-east-1']]);
    }
  });

  test('is watched on before, and its region is not asked each time', async () => {
    const { verdict, asked } = await watching(300);
    assert.deepEqual([verdict, asked], ['watch', []]);
    assert.equal(
      (await watching(315, { silent: ['us-east-1', 'us-east-2'] })).verdict,
      'watch',
      'one register says nothing',
    );
  });

  test('is alive when its agent renews, RDS answers, the replica receives or the alarm has ended', async () => {
    for (const world of [{ counter: 11 }, { status: 'available' }, { received: '0/31' }, { alarm: 'OK' }])
      assert.equal((await watching(315, world)).verdict, 'alive', JSON.stringify(world));
  });
});
