import assert from 'node:assert/strict';
import {
  OfficeHoursRecord,
  PlanOfficeHoursInput,
  PlanOfficeHoursOutput,
  StartDatabaseInput,
  StartDatabaseOutput,
  StopDatabaseInput,
  StopDatabaseOutput,
} from '../../shared/contracts/office-hours.ts';
import { StoreRecordInput, StoreRecordOutput } from '../../shared/contracts/outcome.ts';
import { fail, workflowBench } from './workflow-support.ts';

type Instance = { readonly instanceId: string };

const actions = (['stop', 'start', 'stop'] as const).map((action, index) => ({
  instanceId: `reporting-${index + 1}`,
  action,
  reason: 'office hours',
  wasStartedByRds: index === 2,
  isStuck: false,
}));
const done = ({ instanceId }: Instance) => ({ instanceId, done: true, reason: 'office hours' });

const { run, armsNotTaken } = workflowBench({
  workflow: 'office-hours',
  contracts: {
    planOfficeHours: [PlanOfficeHoursInput, PlanOfficeHoursOutput],
    stopDatabase: [StopDatabaseInput, StopDatabaseOutput],
    startDatabase: [StartDatabaseInput, StartDatabaseOutput],
    storeRecord: [StoreRecordInput, StoreRecordOutput],
  } as const,
  soundInput: {},
  soundRun: {
    planOfficeHours: () => ({ actions }),
    stopDatabase: done,
    startDatabase: done,
    storeRecord: ({ record }) => {
      const { actions: made, failure } = OfficeHoursRecord.parse(record);
      return {
        summary: 'reported',
        recordKey: 'office-hours/run-1/record.json',
        isComplete: failure === null && made.every(({ error }) => error === null),
      };
    },
  },
});

type Calls = Awaited<ReturnType<typeof run>>['calls'];
const recordsOf = ({ storeRecord }: Calls) => storeRecord.map(({ record }) => OfficeHoursRecord.parse(record));

describe('office-hours', () => {
  test('stops and starts what is planned, and records it', async () => {
    const { status, calls } = await run();
    assert.equal(status, 'SUCCEEDED');
    assert.deepEqual((calls.stopDatabase as Instance[]).map(({ instanceId }) => instanceId).sort(), [
      'reporting-1',
      'reporting-3',
    ]);
    assert.deepEqual(calls.startDatabase, [{ instanceId: 'reporting-2' }]);
    assert.deepEqual(calls.storeRecord, [
      {
        executionName: 'run-1',
        record: {
          workflow: 'office-hours',
          actions: actions.map((one) => ({ ...one, done: true, error: null })),
          failure: null,
        },
      },
    ]);
  });

  test('records nothing when there is nothing to do', async () => {
    const { status, path } = await run({ planOfficeHours: () => ({ actions: [] }) });
    assert.deepEqual([status, path], ['SUCCEEDED', ['PlanOfficeHours', 'IsAnythingToDo', 'OfficeHoursKept']]);
  });

  test('goes on when one database cannot be reached, and fails in the end', async () => {
    const { status, error, calls } = await run({
      stopDatabase: fail('AccessDeniedError'),
      startDatabase: fail('InvalidOutputError'),
    });
    assert.deepEqual([status, error], ['FAILED', 'OfficeHoursIncomplete']);
    const [recorded] = recordsOf(calls);
    assert.deepEqual(
      recorded?.actions.map(({ done, error }) => [done, error]),
      [
        [false, 'AccessDeniedError'],
        [false, 'InvalidOutputError'],
        [false, 'AccessDeniedError'],
      ],
    );
  });

  test('touches nothing that is stuck, and fails by its name, so that an alarm reports it', async () => {
    const [first] = actions;
    assert.ok(first);
    const stuck = { ...first, action: 'leave' as const, reason: "is 'storage-full'", isStuck: true };
    const { status, error, calls } = await run({ planOfficeHours: () => ({ actions: [stuck] }) });
    assert.deepEqual([status, error], ['FAILED', 'OfficeHoursIncomplete']);
    assert.deepEqual([calls.stopDatabase, calls.startDatabase], [[], []]);
    const [recorded] = recordsOf(calls);
    assert.deepEqual(recorded?.actions, [{ ...stuck, done: false, error: 'InstanceStuck' }]);
  });

  test('tries a throttled call again', async () => {
    const { status, calls } = await run({
      startDatabase: (input: Instance, call) => (call <= 2 ? fail('AwsUnavailableError')() : done(input)),
    });
    assert.deepEqual([status, calls.startDatabase.length], ['SUCCEEDED', 3]);
  });

  test('touches nothing when it could not plan, and records why', async () => {
    const { status, error, calls } = await run({ planOfficeHours: fail('AccessDeniedError') });
    assert.deepEqual([status, error], ['FAILED', 'OfficeHoursIncomplete']);
    assert.deepEqual([calls.stopDatabase, calls.startDatabase], [[], []]);
    const [recorded] = recordsOf(calls);
    assert.deepEqual([recorded?.failure?.state, recorded?.failure?.error], ['PlanOfficeHours', 'AccessDeniedError']);
  });

  test('fails by name when its record cannot be stored', async () => {
    const { status, error, cause } = await run({ storeRecord: fail('AccessDeniedError') });
    assert.deepEqual([status, error], ['FAILED', 'OfficeHoursIncomplete']);
    assert.match(cause ?? '', /could not be stored: AccessDeniedError/);
  });

  test('every transition was taken', () => assert.deepEqual(armsNotTaken(), []));
});
