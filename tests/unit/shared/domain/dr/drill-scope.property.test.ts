import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  drillScope,
  endpointLike,
  type Named,
  type Production,
  scopeFaults,
  scopeTags,
  whyNotInScope,
} from '../../../../../shared/domain/dr/drill-scope.ts';
import { copyInstanceId, copyTags, tagKeys } from '../../../../../shared/domain/resource/throw-away.ts';
import { parseOperations } from '../../../../../shared/policy/validate.ts';
import { missingForDrill } from '../../../../../shared/rules/drill-names.ts';
import { productionOf } from '../../../../../shared/rules/drill-production.ts';
import { leaseKey } from '../../../../../shared/rules/lease.ts';
import { policyWith } from '../../policy/operations-text.ts';

const zone = 'db.example.com';
const expiresAt = new Date('2026-11-30T18:00:00Z');
const executions = fc.oneof(fc.stringMatching(/^[A-Za-z0-9_-]{1,80}$/), fc.uuid());
const databases = fc.stringMatching(/^[a-z][a-z0-9]{0,9}(-[a-z0-9]{1,9}){0,2}$/);
/** Names that people give, some of which look like a scope's. */
const names = fc.oneof(
  databases,
  databases.map((name) => `drill-${name}`),
  databases.map((name) => `gd-copy-drill-${name}-primary`),
  executions.map((name) => drillScope(name).replicaId),
);
const productions: fc.Arbitrary<Production> = fc.record({
  instances: fc.array(names, { minLength: 1, maxLength: 4 }),
  records: fc.array(
    names.map((name) => `${name}.${zone}`),
    { minLength: 1, maxLength: 4 },
  ),
  leaseKeys: fc.array(
    fc.oneof(databases, names).map((name) => leaseKey(name)),
    { minLength: 1, maxLength: 4 },
  ),
});
const nothing: Production = { instances: [], records: [], leaseKeys: [] };

describe('the scope of a drill', () => {
  test('names no resource of production, whatever production is called and however it is tagged', () => {
    fc.assert(
      fc.property(executions, productions, databases, (execution, production, database) => {
        const scope = drillScope(execution);
        const tags = scopeTags(scope, database, expiresAt);
        const all: Named[] = [
          ...production.instances.map((name) => ({ kind: 'instance' as const, name, tags })),
          ...production.records.map((name) => ({ kind: 'record' as const, name, zone })),
          ...production.leaseKeys.map((name) => ({ kind: 'lease' as const, name })),
        ];
        for (const named of all) assert.notEqual(whyNotInScope(scope, production, named), undefined, named.name);
      }),
      { numRuns: 500 },
    );
  });

  test('holds its own instances, record and register, and those of no other scope', () => {
    fc.assert(
      fc.property(executions, executions, databases, (execution, other, database) => {
        fc.pre(execution !== other);
        const [scope, theirs] = [drillScope(execution), drillScope(other)];
        const ownOf = (one: typeof scope): Named[] => [
          { kind: 'instance', name: one.primaryId, tags: scopeTags(one, database, expiresAt) },
          { kind: 'instance', name: one.replicaId, tags: scopeTags(one, database, expiresAt) },
          { kind: 'record', name: `${one.label}.${zone}`, zone },
          { kind: 'lease', name: one.leaseKey },
        ];
        for (const named of ownOf(scope)) assert.equal(whyNotInScope(scope, nothing, named), undefined, named.name);
        for (const named of ownOf(theirs)) assert.notEqual(whyNotInScope(scope, nothing, named), undefined, named.name);
      }),
      { numRuns: 300 },
    );
  });

  test('does not hold what production has, although it is called as its own', () => {
    const scope = drillScope('run-1');
    const tags = scopeTags(scope, 'fantasy', expiresAt);
    const production = {
      instances: [scope.primaryId, scope.replicaId],
      records: [`${scope.label}.${zone}`],
      leaseKeys: [scope.leaseKey],
    };
    for (const named of [
      { kind: 'instance', name: scope.primaryId, tags },
      { kind: 'instance', name: scope.replicaId, tags },
      { kind: 'record', name: `${scope.label}.${zone}`, zone },
      { kind: 'lease', name: scope.leaseKey },
    ] as const)
      assert.equal(whyNotInScope(scope, production, named), 'is of production', named.name);
  });

  test('does not hold an instance of its name with one tag that is another or missing', () => {
    const scope = drillScope('run-1');
    const tags = scopeTags(scope, 'fantasy', expiresAt);
    for (const key of [tagKeys.madeBy, tagKeys.purpose, tagKeys.execution, tagKeys.scope]) {
      const { [key]: _, ...without } = tags;
      for (const changed of [without, { ...tags, [key]: 'other' }])
        assert.notEqual(
          whyNotInScope(scope, nothing, { kind: 'instance', name: scope.primaryId, tags: changed }),
          undefined,
        );
    }
  });

  test('is none that was put together otherwise: prod, a database, a scope with names of others', () => {
    const scope = drillScope('run-1');
    for (const forged of [
      { ...scope, id: 'prod' },
      { ...scope, leaseKey: leaseKey('fantasy') },
      { ...scope, primaryId: 'fantasy-prod' },
    ]) {
      const production = { ...nothing, instances: ['fantasy-prod'], leaseKeys: [leaseKey('fantasy')] };
      const tags = scopeTags(forged, 'fantasy', expiresAt);
      const refused = [
        whyNotInScope(forged, production, { kind: 'lease', name: leaseKey('fantasy') }),
        whyNotInScope(forged, production, { kind: 'instance', name: 'fantasy-prod', tags }),
      ];
      assert.ok(refused.every((reason) => reason !== undefined));
    }
    // Whatever is known of production.
    const forged = { ...scope, id: 'prod', leaseKey: 'lease/other.json', primaryId: 'other-prod', label: 'other' };
    const tags = { ...scopeTags(scope, 'fantasy', expiresAt), [tagKeys.scope]: 'prod' };
    for (const named of [
      { kind: 'lease', name: 'lease/other.json' },
      { kind: 'record', name: 'other.db.example.internal', zone: 'db.example.internal' },
      { kind: 'instance', name: 'other-prod', tags },
      { kind: 'instance', name: scope.primaryId, tags },
    ] as const)
      assert.notEqual(whyNotInScope(forged, nothing, named), undefined, named.name);
  });

  test('has names that RDS and DNS take, and no copy of a proof has one of them', () => {
    fc.assert(
      fc.property(executions, databases, executions, (execution, database, proof) => {
        const { primaryId, replicaId, label } = drillScope(execution);
        for (const id of [primaryId, replicaId, label]) {
          assert.match(id, /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/);
          assert.ok(id.length <= 63, id);
        }
        for (const attempt of [1, 2])
          assert.ok(![primaryId, replicaId].includes(copyInstanceId(database, proof, attempt)));
        assert.notEqual(
          whyNotInScope(drillScope(execution), nothing, {
            kind: 'instance',
            name: copyInstanceId('drill', proof, 1),
            tags: copyTags('drill', proof, expiresAt),
          }),
          undefined,
        );
      }),
      { numRuns: 300 },
    );
  });

  test('is not begun where production has one of its names', () => {
    const scope = drillScope('run-1');
    assert.deepEqual(scopeFaults(scope, zone, nothing), []);
    const taken = { ...nothing, records: [`${scope.label}.${zone}`], instances: [scope.replicaId] };
    assert.deepEqual(scopeFaults(scope, zone, taken), [scope.replicaId, `${scope.label}.${zone}`]);
  });

  test('has an endpoint like the one that is known, with its own identifier', () => {
    assert.equal(
      endpointLike('fantasy-dr.abc.us-west-2.rds.amazonaws.com', 'x-1'),
      'x-1.abc.us-west-2.rds.amazonaws.com',
    );
  });
});

describe('what is of production', () => {
  const { dev, prod } = parseOperations(policyWith({})).stages;

  test('are instances, endpoints, names and leases of every database of the stage', () => {
    const { instances, records, leaseKeys } = productionOf(dev);
    for (const one of ['fantasy-dev', 'fantasy-dr', 'own-dev']) assert.ok(instances.includes(one), one);
    assert.deepEqual(records, ['fantasy.db.example.internal']);
    assert.deepEqual(leaseKeys, ['lease/fantasy.json', 'lease/own.json']);
  });

  test('lacks what a drill needs until operations.yml has it', () => {
    assert.deepEqual(dev.databases['fantasy'] && missingForDrill(dev, dev.databases['fantasy']), []);
    assert.equal(prod.databases['fantasy'] && missingForDrill(prod, prod.databases['fantasy']).length, 4);
  });
});
