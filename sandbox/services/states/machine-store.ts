import { randomUUID } from 'node:crypto';
import type {
  CreateStateMachineInput,
  CreateStateMachineOutput,
  DescribeStateMachineOutput,
  Tag,
  UpdateStateMachineInput,
  UpdateStateMachineOutput,
} from '@aws-sdk/client-sfn';
import { InvalidDefinitionError } from '../../asl/check/invalid-definition.ts';
import type { Machine } from '../../asl/definition.ts';
import { loadMachine } from '../../asl/load-machine.ts';
import { AwsError } from '../../wire/aws-error.ts';
import { requireArn, requireName } from './resource-names.ts';

export type MachineRecord = {
  readonly arn: string;
  readonly name: string;
  readonly creationDate: Date;
  machine: Machine;
  definition: string;
  roleArn: string;
  revisionId: string;
  readonly tags: Tag[];
};

const largestDefinition = 1024 * 1024;

export class MachineStore {
  readonly #machines = new Map<string, MachineRecord>();
  readonly #account: string;
  readonly #now: () => Date;

  constructor(account: string, now: () => Date) {
    this.#account = account;
    this.#now = now;
  }

  /** Creating the same machine again answers its ARN; a different one of the same name is refused. */
  create(input: CreateStateMachineInput, region: string): CreateStateMachineOutput {
    const { name = '', definition = '', roleArn = '' } = input;
    requireName(name);
    if (input.type === 'EXPRESS') {
      throw new AwsError('StateMachineTypeNotSupported', "the sandbox does not run 'EXPRESS' state machines");
    }
    const arn = `arn:aws:states:${region}:${this.#account}:stateMachine:${name}`;
    const known = this.#machines.get(arn);
    if (known !== undefined) {
      if (known.definition !== definition || known.roleArn !== roleArn) {
        throw new AwsError('StateMachineAlreadyExists', `State Machine Already Exists: '${arn}'`);
      }
      return { stateMachineArn: arn, creationDate: known.creationDate };
    }
    const machine = parseDefinition(definition);
    const creationDate = this.#now();
    const revisionId = randomUUID();
    const tags = [...(input.tags ?? [])];
    this.#machines.set(arn, { arn, name, creationDate, machine, definition, roleArn, revisionId, tags });
    return { stateMachineArn: arn, creationDate };
  }

  /** Running executions keep the definition that they started with. */
  update(input: UpdateStateMachineInput): UpdateStateMachineOutput {
    const record = this.find(input.stateMachineArn);
    if (input.definition === undefined && input.roleArn === undefined) {
      throw new AwsError('MissingRequiredParameter', 'Either the definition, the role ARN, or both must be specified');
    }
    if (input.definition !== undefined) {
      record.machine = parseDefinition(input.definition);
      record.definition = input.definition;
    }
    record.roleArn = input.roleArn ?? record.roleArn;
    record.revisionId = randomUUID();
    return { updateDate: this.#now(), revisionId: record.revisionId };
  }

  describe(arn: string | undefined): DescribeStateMachineOutput {
    const { name, definition, roleArn, creationDate, revisionId, arn: stateMachineArn } = this.find(arn);
    const rest = { type: 'STANDARD', status: 'ACTIVE', loggingConfiguration: { level: 'OFF' } } as const;
    return { stateMachineArn, name, definition, roleArn, creationDate, revisionId, ...rest };
  }

  /** Deleting a machine that is not there succeeds, as in AWS. */
  delete(arn: string | undefined): void {
    requireArn(arn ?? '', 'stateMachine');
    this.#machines.delete(arn ?? '');
  }

  find(arn: string | undefined): MachineRecord {
    requireArn(arn ?? '', 'stateMachine');
    const record = this.#machines.get(arn ?? '');
    if (record === undefined) {
      throw new AwsError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn}'`);
    }
    return record;
  }

  list(region: string): MachineRecord[] {
    return [...this.#machines.values()]
      .filter((record) => record.arn.split(':')[3] === region)
      .sort((a, b) => a.name.localeCompare(b.name));
  }

  tagged(arn: string | undefined): MachineRecord {
    const record = this.#machines.get(arn ?? '');
    if (record === undefined) {
      throw new AwsError('ResourceNotFound', `Resource not found: '${arn}'`, { members: { resourceName: arn } });
    }
    return record;
  }
}

export function parseDefinition(definition: string): Machine {
  if (Buffer.byteLength(definition) > largestDefinition) {
    throw new AwsError('InvalidDefinition', 'Invalid State Machine Definition: larger than 1 MB');
  }
  try {
    return loadMachine(definition);
  } catch (thrown) {
    if (thrown instanceof InvalidDefinitionError) {
      throw new AwsError('InvalidDefinition', `Invalid State Machine Definition: '${thrown.faults.join('; ')}'`);
    }
    throw thrown;
  }
}
