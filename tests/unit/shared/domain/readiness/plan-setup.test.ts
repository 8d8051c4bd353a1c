// biome-ignore-all lint/suspicious/noAssignInExpressions: each fault is planted in one line
import assert from 'node:assert/strict';
import { planSetup } from '../../../../../shared/domain/readiness/plan-setup.ts';
import type { SetupFacts, SetupSide, SetupWanted } from '../../../../../shared/domain/readiness/setup.ts';
import { now, rule, sound } from './sound-facts.ts';

type Mutable<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer E)[] ? Mutable<E>[] : T[K] };
type Side = { facts: SetupSide['facts']; setup: Mutable<SetupFacts> };
type Both = { primary: Side; standby: Side; wanted: Mutable<SetupWanted> };

function both(): Both {
  const { p, s } = sound();
  const setup = (): Mutable<SetupFacts> => ({
    ...{ walLevel: 'logical', freeSlots: 5, freeSenders: 5, workers: 4 },
    ...{ mayStream: true, maySubscribe: true, mayCreate: true },
    tables: p.tables.map(({ name }) => ({
      ...{ name, owner: 'shop_owner', isOurs: true, forcesPolicies: false, isFilled: name !== 'gameday.heartbeat' },
    })),
    ...{ strangers: [], sequences: ['public.orders_id_seq'], served: [] },
  });
  const wanted = {
    ...{ ...rule, fencedRoles: [...rule.fencedRoles] },
    connection: `host='a' password='secret'`,
    sequenceMargin: 1000,
    copyAnew: false,
  };
  return { primary: { facts: p, setup: setup() }, standby: { facts: s, setup: setup() }, wanted };
}

const planOf = (plant: (facts: Both) => unknown) => {
  const facts = both();
  plant(facts);
  const { steps, refused } = planSetup(facts.primary, facts.standby, facts.wanted);
  for (const { message, remedy } of refused) assert.ok(message.length > 8 && /^[A-Z].{8,}\.$/.test(remedy), remedy);
  return { steps: steps.map(({ side, title }) => `${side}: ${title}`), refused: refused.map(({ subject }) => subject) };
};
const last = <T>(list: readonly T[]): T => list.at(-1) as T;
const first = <T>(list: readonly T[]): T => list[0] as T;
const empty = ({ standby }: Both) => standby.setup.tables.map((table) => (table.isFilled = false));
const bare = (facts: Both) => {
  empty(facts);
  facts.primary.facts.publications = [];
  facts.primary.facts.slots = [];
  facts.standby.facts.subscriptions = [];
  facts.standby.facts.beatAt = null;
};

describe('the plan of a set-up', () => {
  test('is empty where everything is there', () => {
    assert.deepEqual(
      planOf(() => undefined),
      { steps: [], refused: [] },
    );
  });

  test('makes publication and subscription where nothing is', () => {
    assert.deepEqual(planOf(bare), {
      steps: ['primary: publication of 3 tables', 'standby: subscription with its slot and first copy'],
      refused: [],
    });
  });

  for (const [what, plant, subject] of [
    ['a primary that is fenced', (f) => f.primary.facts.lease?.fenced.push('shop'), 'primary'],
    ['a log that holds too little', (f) => (f.primary.setup.walLevel = 'replica'), 'primary'],
    ['a role that may not stream', (f) => (f.primary.setup.mayStream = false), 'primary'],
    ['a role that may not subscribe', (f) => (f.standby.setup.maySubscribe = false), 'standby'],
    ['a role that may not create', (f) => (f.standby.setup.mayCreate = false), 'standby'],
    ['a standby without workers', (f) => (f.standby.setup.workers = 0), 'standby'],
    ['a standby before 16', (f) => (f.standby.facts.version = 150_018), 'standby'],
    ['a function of a stranger', (f) => f.primary.setup.strangers.push('audit'), 'primary'],
    ['a heartbeat of the master user', (f) => (last(f.standby.setup.tables).isOurs = false), 'gameday.heartbeat'],
    ['no slot that is free', (f) => [bare(f), (f.primary.setup.freeSlots = 0)], 'primary'],
    ['no walsender that is free', (f) => [bare(f), (f.primary.setup.freeSenders = 0)], 'primary'],
    ['a standby that was promoted', (f) => [bare(f), (f.standby.facts.beatAt = now + 1)], 'standby'],
  ] as readonly (readonly [string, (facts: Both) => unknown, string])[]) {
    test(`does nothing at all with ${what}, and says so`, () => {
      assert.deepEqual(
        planOf((facts) => {
          plant(facts);
          facts.primary.facts.publications = [];
        }),
        { steps: [], refused: [subject] },
      );
    });
  }

  for (const [what, plant] of [
    ['has no identity', (f) => (first(f.primary.facts.tables).hasIdentity = false)],
    ['is unlogged', (f) => (first(f.primary.facts.tables).isUnlogged = true)],
    ['is not on the standby', (f) => f.standby.facts.tables.shift()],
    ['differs on the standby', (f) => (first(f.standby.facts.tables).columns = 'other')],
    ['has an owner that it is no member of here', (f) => (first(f.primary.setup.tables).isOurs = false)],
    ['has an owner that it is no member of there', (f) => (first(f.standby.setup.tables).isOurs = false)],
    ['forces policies on its owner here', (f) => (first(f.primary.setup.tables).forcesPolicies = true)],
    ['forces policies on its owner there', (f) => (first(f.standby.setup.tables).forcesPolicies = true)],
  ] as readonly (readonly [string, (facts: Both) => unknown])[]) {
    test(`publishes no table that ${what}, and all others`, () => {
      const { steps, refused } = planOf((facts) => [bare(facts), plant(facts)]);
      assert.deepEqual(refused, ['public.orders']);
      assert.equal(steps[0], 'primary: publication of 2 tables');
    });
  }

  test('gives a table that was made since to the publication, and has the subscription learn it', () => {
    const added = { name: 'public.added', columns: 'id', hasIdentity: true, isUnlogged: false, grants: [] };
    const named = {
      ...{ name: added.name, owner: 'shop_owner', isOurs: true, forcesPolicies: false },
      isFilled: false,
    };
    const plant = (isFilled: boolean) => (facts: Both) => {
      for (const { facts: side, setup } of [facts.primary, facts.standby]) {
        side.tables.push({ ...added });
        setup.tables.push({ ...named });
      }
      last(facts.standby.setup.tables).isFilled = isFilled;
    };
    assert.deepEqual(planOf(plant(false)), {
      steps: ['primary: publication gets public.added', 'standby: subscription learns the tables'],
      refused: [],
    });
    // Its first copy would fail again and again, and hold all others up.
    assert.deepEqual(planOf(plant(true)).refused, ['public.added']);
  });

  test('wakes a subscription, and not one that errors stopped', () => {
    const one = (f: Both) => first(f.standby.facts.subscriptions);
    assert.deepEqual(planOf((f) => (one(f).isEnabled = false)).steps, ['standby: subscription goes on']);
    assert.deepEqual(
      planOf((f) => Object.assign(one(f), { isEnabled: false, errors: 1 })),
      { steps: [], refused: ['gameday'] },
    );
  });

  test('renews the address of a subscription that has no worker and no errors, and shows it to nobody', () => {
    const facts = both();
    first(facts.standby.facts.subscriptions).hasWorker = false;
    const [step] = planSetup(facts.primary, facts.standby, facts.wanted).steps;
    assert.deepEqual([step?.title, step?.isSecret], ['subscription gets the present address and password', true]);
  });

  for (const [what, plant] of [
    ['whose slot is gone', (f) => (f.primary.facts.slots = [])],
    ['whose slot is lost', (f) => Object.assign(first(f.primary.facts.slots), { walStatus: 'lost', isActive: false })],
    [
      'that left its slot',
      (f) => [(f.standby.facts.subscriptions = []), (first(f.primary.facts.slots).isActive = false)],
    ],
    ['of a standby that holds rows', (f) => [(f.standby.facts.subscriptions = []), (f.primary.facts.slots = [])]],
  ] as readonly (readonly [string, (facts: Both) => unknown])[]) {
    test(`empties the standby for a subscription ${what} only when a person says so, and while nobody is served there`, () => {
      const refused = planOf(plant);
      assert.deepEqual([refused.steps, refused.refused.length], [[], 1]);
      const { steps } = planOf((f) => [plant(f), (f.wanted.copyAnew = true)]);
      assert.ok(steps.some((step) => step.startsWith('standby: empties ')));
      assert.equal(steps.at(-1), 'standby: subscription with its slot and first copy');
      const served = planOf((f) => [plant(f), (f.wanted.copyAnew = true), f.standby.setup.served.push('shop')]);
      assert.deepEqual(served, { steps: [], refused: ['standby'] });
    });
  }

  test('leaves a slot alone that somebody else reads, whatever a person says', () => {
    const plant = (f: Both) => [bare(f), (f.primary.facts.slots = sound().p.slots), (f.wanted.copyAnew = true)];
    assert.deepEqual(planOf(plant), { steps: ['primary: publication of 3 tables'], refused: ['gameday'] });
  });

  test('raises a sequence beyond the primary, and one alone that it may set', () => {
    const behind = (f: Both) => (f.standby.facts.sequences['public.orders_id_seq'] = 40);
    assert.deepEqual(planOf(behind).steps, ['standby: sequence public.orders_id_seq from 40 to 1041']);
    assert.deepEqual(
      planOf((f) => [behind(f), (f.standby.setup.sequences = [])]),
      { steps: [], refused: ['public.orders_id_seq'] },
    );
  });

  test('names a role that the standby has not, and a lease that is missing', () => {
    assert.deepEqual(planOf((f) => f.standby.facts.roles.shift()).refused, ['shop']);
    assert.deepEqual(planOf((f) => (f.primary.facts.lease = null)).refused, ['gameday.lease']);
  });
});
