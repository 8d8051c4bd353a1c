import assert from 'node:assert/strict';
import { InvalidDefinitionError, JsonPathNotSupportedError } from '../../sandbox/asl/check/invalid-definition.ts';
import { unassignedVariables } from '../../sandbox/asl/check/variables.ts';
import { loadMachine } from '../../sandbox/asl/load-machine.ts';
import { machine, task } from './support.ts';

const refuses = (
  states: Record<string, Record<string, unknown>>,
  fault: RegExp,
  fields: Record<string, unknown> = {},
) =>
  assert.throws(
    () => loadMachine(machine(states, fields)),
    (error) => error instanceof InvalidDefinitionError && error.faults.some((text) => fault.test(text)),
  );

const end = { Type: 'Succeed' };

describe('Definitions', () => {
  test('[Query Languages] a JSONPath machine is refused by a named error that says what to do', () => {
    assert.throws(
      () => loadMachine({ StartAt: 'A', States: { A: { Type: 'Pass', End: true } } }),
      (error) => error instanceof JsonPathNotSupportedError && /'JSONPath' is not supported/.test(error.message),
    );
  });

  test('[Query Languages] a JSONPath state in a JSONata machine is refused, and so is a JSONPath field', () => {
    refuses({ A: { ...task(), QueryLanguage: 'JSONPath' } }, /QueryLanguage: 'JSONPath' is not supported/);
    refuses({ A: { ...task(), ResultPath: '$.x' } }, /States\/A\/ResultPath: not a field/);
  });

  test('[Top-level fields] text that is not JSON is refused', () => {
    assert.throws(() => loadMachine('{'), InvalidDefinitionError);
  });

  test('[Transitions] StartAt, Next and Default must name a state of the same block', () => {
    refuses({ A: end }, /StartAt: no state is named 'X'/, { StartAt: 'X' });
    refuses({ A: { Type: 'Pass', Next: 'X' } }, /A\/Next: no state beside it is named 'X'/);
    const branch = { StartAt: 'In', States: { In: { Type: 'Pass', Next: 'Out' } } };
    refuses({ P: { Type: 'Parallel', Branches: [branch], Next: 'Out' }, Out: end }, /In\/Next: no state beside it/);
  });

  test('[Transitions] a state that nothing leads to, and states that never end, are refused', () => {
    refuses({ A: end, B: end }, /States\/B: no transition leads to it/);
    refuses({ A: { Type: 'Pass', Next: 'B' }, B: { Type: 'Pass', Next: 'A' } }, /no state ends them/);
  });

  test('[Transitions] a state needs exactly one of Next and End', () => {
    refuses({ A: { Type: 'Pass' } }, /exactly one of 'Next'/);
    refuses({ A: { Type: 'Pass', Next: 'B', End: true }, B: end }, /exactly one of 'Next'/);
  });

  test('[States] names are unique in the whole machine and at most 80 characters long', () => {
    const branch = { StartAt: 'A', States: { A: end } };
    refuses({ A: { Type: 'Pass', Next: 'P' }, P: { Type: 'Parallel', Branches: [branch], End: true } }, /same name/);
    refuses({ ['x'.repeat(81)]: end }, /81 characters/);
  });

  test('[Expressions] one that does not parse is refused with its place', () => {
    refuses(
      { A: { Type: 'Pass', Output: { a: '{% ( %}' }, End: true } },
      /States\/A\/Output\/a: '\(' is not a JSONata/,
    );
  });

  test('[Errors] States.ALL must be alone and in the last rule', () => {
    refuses({ A: task({ Retry: [{ ErrorEquals: ['States.ALL', 'X'] }] }) }, /must appear alone/);
    refuses(
      { A: task({ Retry: [{ ErrorEquals: ['States.ALL'] }, { ErrorEquals: ['X'] }] }) },
      /must be in the last rule/,
    );
  });

  test('[Retrying after error] retriers are checked: misspelt fields, bounds, and the cap above the interval', () => {
    refuses({ A: task({ Retry: [{ ErrorEquals: ['X'], MaxAttemps: 1 }] }) }, /Retry\[0\]\/MaxAttemps: not a field/);
    refuses({ A: task({ Retry: [{ ErrorEquals: ['X'], BackoffRate: 0.5 }] }) }, /at least 1 is required/);
    refuses({ A: task({ Retry: [{ ErrorEquals: ['X'], JitterStrategy: 'HALF' }] }) }, /one of FULL, NONE/);
    refuses(
      { A: task({ Retry: [{ ErrorEquals: ['X'], IntervalSeconds: 9, MaxDelaySeconds: 9 }] }) },
      /not greater than/,
    );
    refuses({ A: task({ Retry: [{ ErrorEquals: [] }] }) }, /at least one string/);
  });

  test('[Task State] HeartbeatSeconds must be less than TimeoutSeconds', () => {
    refuses({ A: task({ TimeoutSeconds: 5, HeartbeatSeconds: 5 }) }, /not less than TimeoutSeconds/);
  });

  test('[Wait State] a Wait needs exactly one of Seconds and Timestamp', () => {
    refuses({ A: { Type: 'Wait', End: true } }, /exactly one of 'Seconds'/);
  });

  test('[Map State] fields of a distributed Map are refused inline, and express children everywhere', () => {
    const ItemProcessor = { StartAt: 'In', States: { In: end } };
    refuses({ M: { Type: 'Map', ItemProcessor, ToleratedFailureCount: 1, End: true } }, /DISTRIBUTED mode/);
    const express = { ...ItemProcessor, ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'EXPRESS' } };
    refuses({ M: { Type: 'Map', ItemProcessor: express, End: true } }, /'EXPRESS' is not supported/);
  });

  test('[State Machine Variables] one that no state assigns is reported, though AWS takes it; one that the expression binds is not', () => {
    const unassigned = (Output: string) =>
      unassignedVariables(loadMachine(machine({ A: { Type: 'Pass', Output, End: true } })));
    assert.match(unassigned('{% $nope %}').join(), /'\$nope' is read, but no state assigns it/);
    assert.deepEqual(unassigned('{% ($n := 1; $map([1,2], function($v, $i) { $v + $i + $n })) %}'), []);
  });

  test('[API: ValidateStateMachineDefinition] all faults are reported at once', () => {
    try {
      loadMachine(machine({ A: { Type: 'Pass', Nxt: 'B', End: true }, B: { Type: 'Wat' } }));
      assert.fail('not refused');
    } catch (error) {
      assert.ok(error instanceof InvalidDefinitionError);
      assert.equal(error.faults.length, 2);
    }
  });
});
