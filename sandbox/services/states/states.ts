import type * as Sfn from '@aws-sdk/client-sfn';
import * as client from '@aws-sdk/client-sfn';
import { InvalidDefinitionError } from '../../asl/check/invalid-definition.ts';
import { loadMachine } from '../../asl/load-machine.ts';
import type { Clock } from '../../clock.ts';
import { AwsError } from '../../wire/aws-error.ts';
import type { CallContext, Caller, Dispatch, Operation, Service } from '../../wire/service.ts';
import { checkListInput } from './check-list-input.ts';
import { describeExecution, listItem } from './describe-execution.ts';
import { describeMapRun, mapRunListItem } from './describe-map-run.ts';
import { executionHistory } from './execution-history.ts';
import { type ExecutionRecord, ExecutionStore } from './execution-store.ts';
import { makeIntegrations } from './integrations/integrations.ts';
import { MachineStore } from './machine-store.ts';
import { pageOf } from './page-of.ts';
import { type StatesListener, type StatusChange, statusChange } from './states-event.ts';
import { makeTaskTokens } from './task-tokens.ts';
import { testState } from './test-state.ts';

export type StatesOptions = {
  readonly account: string;
  readonly clock: Clock;
  readonly dispatch: Dispatch;
  /** The caller behind the temporary credentials of a machine's role. */
  readonly issueCaller: (roleArn: string, sessionName: string) => Caller;
  /** No timeout or heartbeat is shorter than this in real time, however fast the clock. */
  readonly minimumTimeoutMilliseconds?: number;
};

export type States = Service & {
  /** History events and status changes of all executions; answers how to stop listening. */
  onEvent(listener: StatesListener): () => void;
  running(): readonly StatusChange[];
  /** Settles when the execution ends; rejects when there is none of that ARN. */
  waitForEnd(executionArn: string): Promise<StatusChange>;
  /** Aborts every execution and takes no new one; afterwards no timer and no promise is left. */
  abortAll(): Promise<void>;
};

const LONGEST_EXECUTIONS_TOKEN = 3096;

export function makeStates(options: StatesOptions): States {
  const { account, clock, dispatch, issueCaller } = options;
  const listeners = new Set<StatesListener>();
  const tokens = makeTaskTokens();
  const machines = new MachineStore(account, () => clock.now());
  const executions: ExecutionStore = new ExecutionStore({
    clock,
    emit: (event) => {
      for (const listener of listeners) {
        listener(event);
      }
    },
    newTaskToken: () => tokens.issue(),
    minimumTimeoutMilliseconds: options.minimumTimeoutMilliseconds ?? 0,
    makeTasks: ({ roleArn, name, region, machineArn }) =>
      makeIntegrations({
        dispatch,
        region,
        machineArn,
        tokens,
        caller: () => issueCaller(roleArn, name.slice(0, 64)),
        waitForEnd: (arn) => executions.find(arn).end,
      }),
  });
  const operations: Readonly<Record<string, Operation>> = {
    ...machineOperations(machines),
    ...executionOperations(machines, executions),
    TestState: (input: Sfn.TestStateInput, { region }: CallContext) => testState(input, region, clock),
    SendTaskSuccess: ({ taskToken = '', output = '' }: Sfn.SendTaskSuccessInput) => {
      tokens.succeed(taskToken, output);
      return {};
    },
    SendTaskFailure: ({ taskToken = '', error, cause }: Sfn.SendTaskFailureInput) => {
      tokens.fail(taskToken, error, cause);
      return {};
    },
    SendTaskHeartbeat: ({ taskToken = '' }: Sfn.SendTaskHeartbeatInput) => {
      tokens.heartbeat(taskToken);
      return {};
    },
  };
  return {
    id: 'states',
    client,
    operations,
    onEvent(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    running: () =>
      executions
        .all()
        .map((record) => statusChange(record.execution))
        .filter((change) => change.status === 'RUNNING'),
    async waitForEnd(executionArn) {
      const record = executions.find(executionArn);
      await record.end;
      return statusChange(record.execution);
    },
    abortAll: () => executions.close(),
  };
}

function machineOperations(machines: MachineStore): Record<string, Operation> {
  return {
    CreateStateMachine: (input: Sfn.CreateStateMachineInput, { region }: CallContext) => machines.create(input, region),
    UpdateStateMachine: (input: Sfn.UpdateStateMachineInput) => machines.update(input),
    DescribeStateMachine: (input: Sfn.DescribeStateMachineInput) => machines.describe(input.stateMachineArn),
    DeleteStateMachine: (input: Sfn.DeleteStateMachineInput) => {
      machines.delete(input.stateMachineArn);
      return {};
    },
    ListStateMachines: (input: Sfn.ListStateMachinesInput, { region }: CallContext) => {
      checkListInput(input);
      const { items, ...next } = pageOf(machines.list(region), input.nextToken, input.maxResults);
      const stateMachines = items.map(({ arn, name, creationDate }) => ({
        stateMachineArn: arn,
        name,
        creationDate,
        type: 'STANDARD',
      }));
      return { stateMachines, ...next };
    },
    ListTagsForResource: (input: Sfn.ListTagsForResourceInput) => ({ tags: machines.tagged(input.resourceArn).tags }),
    TagResource: (input: Sfn.TagResourceInput) => {
      const { tags } = machines.tagged(input.resourceArn);
      const added = input.tags ?? [];
      const kept = tags.filter((tag) => !added.some((other) => other.key === tag.key));
      tags.splice(0, tags.length, ...kept, ...added);
      return {};
    },
    UntagResource: (input: Sfn.UntagResourceInput) => {
      const { tags } = machines.tagged(input.resourceArn);
      const kept = tags.filter((tag) => !(input.tagKeys ?? []).includes(tag.key ?? ''));
      tags.splice(0, tags.length, ...kept);
      return {};
    },
    ValidateStateMachineDefinition: (input: Sfn.ValidateStateMachineDefinitionInput) =>
      validate(input.definition ?? ''),
  };
}

function executionOperations(machines: MachineStore, executions: ExecutionStore): Record<string, Operation> {
  return {
    StartExecution: (input: Sfn.StartExecutionInput) => executions.start(machines.find(input.stateMachineArn), input),
    StopExecution: async (input: Sfn.StopExecutionInput) => {
      await executions.stop(input.executionArn ?? '', input.error, input.cause);
      return { stopDate: executions.find(input.executionArn).execution.stopDate };
    },
    RedriveExecution: (input: Sfn.RedriveExecutionInput) => ({
      redriveDate: executions.redrive(input.executionArn ?? ''),
    }),
    DescribeExecution: (input: Sfn.DescribeExecutionInput) => describeExecution(executions.find(input.executionArn)),
    DescribeStateMachineForExecution: (input: Sfn.DescribeStateMachineForExecutionInput) => {
      const { options } = executions.find(input.executionArn).execution;
      const { roleArn, stateMachineArn, stateMachineName: name, machine } = options;
      const updateDate = machines.find(stateMachineArn).creationDate;
      return { stateMachineArn, name, definition: JSON.stringify(machine), roleArn, updateDate };
    },
    ListExecutions: (input: Sfn.ListExecutionsInput) => {
      checkListInput(input, LONGEST_EXECUTIONS_TOKEN);
      const matching = listed(machines, executions, input)
        .map(listItem)
        .filter((item) => input.statusFilter === undefined || item.status === input.statusFilter)
        .filter(
          (item) =>
            input.redriveFilter === undefined || (input.redriveFilter === 'REDRIVEN') === (item.redriveCount !== 0),
        );
      const { items, ...next } = pageOf(matching, input.nextToken, input.maxResults);
      return { executions: items, ...next };
    },
    GetExecutionHistory: (input: Sfn.GetExecutionHistoryInput) => {
      checkListInput(input);
      return executionHistory(executions.find(input.executionArn).execution, input);
    },
    DescribeMapRun: (input: Sfn.DescribeMapRunInput) => {
      const { mapRun, parentArn } = executions.findMapRun(input.mapRunArn);
      return describeMapRun(mapRun, parentArn);
    },
    ListMapRuns: (input: Sfn.ListMapRunsInput) => {
      checkListInput(input);
      const executionArn = executions.find(input.executionArn).execution.options.executionArn;
      const all = executions.mapRunsOf(executionArn).map((mapRun) => mapRunListItem(mapRun, executionArn));
      const { items, ...next } = pageOf(all, input.nextToken, input.maxResults);
      return { mapRuns: items, ...next };
    },
  };
}

/** The executions of a machine, without the children of its Maps; or the children of one Map run. */
function listed(machines: MachineStore, executions: ExecutionStore, input: Sfn.ListExecutionsInput): ExecutionRecord[] {
  if (input.mapRunArn !== undefined) {
    const { mapRun } = executions.findMapRun(input.mapRunArn);
    return executions.all().filter((record) => record.mapRun === mapRun);
  }
  if (input.stateMachineArn === undefined) {
    throw new AwsError(
      'ValidationException',
      'Must specify exactly one of the following: [stateMachineArn, mapRunArn]',
    );
  }
  const { arn } = machines.find(input.stateMachineArn);
  return executions
    .all()
    .filter((record) => record.mapRun === undefined && record.execution.options.stateMachineArn === arn);
}

const UNSUPPORTED = 'UNSUPPORTED_JSONATA_EXPRESSION';

function validate(definition: string): Sfn.ValidateStateMachineDefinitionOutput {
  try {
    loadMachine(definition);
    return { result: 'OK', diagnostics: [] };
  } catch (thrown) {
    if (!(thrown instanceof InvalidDefinitionError)) {
      throw thrown;
    }
    const diagnostics = thrown.faults.map((message) => ({
      severity: 'ERROR' as const,
      code: message.startsWith(UNSUPPORTED) ? UNSUPPORTED : 'SCHEMA_VALIDATION_FAILED',
      message: message.replace(`${UNSUPPORTED}: `, ''),
    }));
    return { result: 'FAIL', diagnostics };
  }
}
