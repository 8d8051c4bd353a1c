import assert from 'node:assert/strict';
import {
  AwaitAnswerInput,
  AwaitAnswerOutput,
  DecideStepInput,
  DecideStepOutput,
  type Decision,
  FindIncidentInput,
  FindIncidentOutput,
  NotifyIncidentInput,
  NotifyIncidentOutput,
  PublishIncidentInput,
  PublishIncidentOutput,
  ReadEventInput,
  ReadEventOutput,
  RecordIncidentInput,
  RecordIncidentOutput,
} from '../../shared/contracts/alert/alert.ts';
import { causeOf } from '../unit/shared/domain/alert/simulate.ts';
import { fail, workflowBench } from './workflow-support.ts';

const incident = { key: causeOf().key, id: 'an-incident', isDriver: true, found: 'opened' as const };
const decided = (act: Decision['act'], change: Partial<Decision> = {}): Decision => ({
  ...{ act, seconds: 900, settles: null, severity: 'P1', why: 'it is so' },
  ...change,
});
/** Asked, answered, over. */
const story = [decided('notify'), decided('await'), decided('settle', { settles: 'then' }), decided('resolve')];

const bench = workflowBench({
  workflow: 'alert',
  contracts: {
    readEvent: [ReadEventInput, ReadEventOutput],
    findIncident: [FindIncidentInput, FindIncidentOutput],
    decideStep: [DecideStepInput, DecideStepOutput],
    notifyIncident: [NotifyIncidentInput, NotifyIncidentOutput],
    awaitAnswer: [AwaitAnswerInput, AwaitAnswerOutput],
    recordIncident: [RecordIncidentInput, RecordIncidentOutput],
    publishIncident: [PublishIncidentInput, PublishIncidentOutput],
  } as const,
  soundInput: { source: 'aws.cloudwatch' },
  soundRun: {
    readEvent: () => ({ cause: causeOf(), why: '' }),
    findIncident: () => incident,
    decideStep: (_, call) => story[call - 1] ?? decided('resolve'),
    notifyIncident: () => ({ delivered: ['slack' as const], failed: [] }),
    awaitAnswer: () => ({ isAnswered: true }),
    recordIncident: () => ({ recordKey: 'record', pageKey: 'page', summary: 'it is over' }),
    publishIncident: () => ({ messageId: 'published' }),
  },
});
const slow = () => new Promise<never>(() => {});

describe('alert', () => {
  test('asks, waits, sees that it stays well, and records', async () => {
    const { status, output, path, calls } = await bench.run();
    assert.equal(status, 'SUCCEEDED');
    assert.deepEqual(output, { incident: 'an-incident', outcome: 'it is over', recordKey: 'record', pageKey: 'page' });
    assert.deepEqual(
      calls.decideStep.map(({ round }) => round),
      [1, 2, 3, 4],
    );
    assert.deepEqual(
      calls.notifyIncident.map(({ act }) => act),
      ['notify', 'resolve'],
    );
    assert.equal(path.at(-1), 'Resolved');
  });

  test('knows an answer that did not come from a wait that is over', async () => {
    const { calls } = await bench.run({ awaitAnswer: slow }, { minimumTimeoutMilliseconds: 0 });
    assert.deepEqual(
      calls.decideStep.map(({ isUnanswered, settled }) => [isUnanswered, settled]),
      [
        [false, null],
        [true, null],
        [true, null],
        [false, 'then'],
      ],
    );
  });

  test('leaves alone what is not ours, what another execution drives, and what it has handed on', async () => {
    const foreign = await bench.run({ readEvent: () => ({ cause: null, why: 'it is none of ours' }) });
    assert.deepEqual(foreign.output, { incident: null, outcome: 'it is none of ours' });
    const joined = await bench.run({ findIncident: () => ({ ...incident, isDriver: false, found: 'joined' }) });
    assert.deepEqual(joined.output, { incident: 'an-incident', outcome: 'joined' });
    assert.deepEqual(joined.calls.decideStep, []);
    const left = await bench.run({ decideStep: () => decided('leave', { why: 'another execution drives it' }) });
    assert.deepEqual(left.output, { incident: 'an-incident', outcome: 'another execution drives it' });
  });

  test('that reaches nobody publishes it on its topic, and goes on asking', async () => {
    const unheard = fail('NotificationUndeliveredError');
    const { status, calls } = await bench.run({ notifyIncident: unheard });
    assert.equal(status, 'SUCCEEDED');
    assert.deepEqual(
      calls.publishIncident.map(({ id, severity, failure }) => [id, severity, failure.error]),
      [
        ['an-incident', 'P1', 'NotificationUndeliveredError'],
        ['an-incident', 'P1', 'NotificationUndeliveredError'],
      ],
    );
    const silent = await bench.run({ notifyIncident: unheard, publishIncident: fail('AccessDeniedError') });
    assert.equal(silent.status, 'SUCCEEDED');
    const large = fail('States.DataLimitExceeded');
    assert.equal((await bench.run({ notifyIncident: large, publishIncident: large })).status, 'SUCCEEDED');
  });

  for (const task of ['readEvent', 'findIncident', 'decideStep', 'awaitAnswer', 'recordIncident'] as const) {
    test(`whose ${task} fails for good publishes the event, and fails`, async () => {
      for (const error of ['AccessDeniedError', 'States.DataLimitExceeded']) {
        const { status, error: name, calls } = await bench.run({ [task]: fail(error) });
        assert.deepEqual([status, name], ['FAILED', 'AlertLost']);
        const [published] = calls.publishIncident;
        assert.deepEqual([published?.event, published?.failure.error], [{ source: 'aws.cloudwatch' }, error]);
        assert.equal(published?.severity, 'P1');
      }
    });
  }

  test('every transition was taken', () => assert.deepEqual(bench.armsNotTaken(), []));
});
