import assert from 'node:assert/strict';
import { fail } from '../workflow-support.ts';
import { bench, publishedOf } from './promotion-bench.ts';

const history = 'Read the history of the execution.';
const lift = (instance: string) =>
  `Let the applications in again, as gameday_fence on ${instance}: select gameday.lift_fence(<fenced_epoch of gameday.read_lease()>)`;

/** Whoever reads nothing but the message. */
describe('a promotion that could not be recorded', () => {
  const recordPromotion = fail('AccessDeniedError');
  const published = async (changes: Parameters<typeof bench.run>[0]) =>
    publishedOf(await bench.run({ recordPromotion, ...changes }))[0];

  test('says what is lost', async () => {
    const promoted = await published({});
    assert.match(promoted?.summary ?? '', /could not be recorded: AccessDeniedError; nothing is lost$/);
    assert.deepEqual(promoted?.left, [history]);
  });

  test('says how the applications are let in, where they are kept out', async () => {
    const broken = { checkDrained: fail('Broken') };
    assert.deepEqual((await published(broken))?.left, [history]);
    assert.deepEqual((await published({ ...broken, liftFence: fail('Broken') }))?.left, [lift('fantasy-dev'), history]);
    assert.deepEqual((await published({ openPromoted: fail('Broken') }))?.left, [lift('fantasy-dr'), history]);
    const kept = { promoteReplica: fail('PromotionRefusedError'), giveBackLease: fail('Broken') };
    const given = `Write {"epoch": 7, "holder": "us-east-1/fantasy-dev", "counter": 0} into lease/fantasy.json of two of the three buckets pg-gameday-lease-…`;
    assert.deepEqual((await published(kept))?.left, [given, lift('fantasy-dev'), history]);
  });
});
