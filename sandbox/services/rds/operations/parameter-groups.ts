import type {
  CopyDBParameterGroupMessage,
  CopyDBParameterGroupResult,
  CreateDBParameterGroupMessage,
  CreateDBParameterGroupResult,
  DBParameterGroup,
  DBParameterGroupsMessage,
  DeleteDBParameterGroupMessage,
  DescribeDBParameterGroupsMessage,
  Tag,
} from '@aws-sdk/client-rds';
import { AwsError } from '../../../wire/aws-error.ts';
import type { CallContext } from '../../../wire/service.ts';
import { invalidValue } from '../model/errors.ts';
import { checkedIdentifier, makeArn, required } from '../model/identifiers.ts';
import type { ParameterGroup } from '../model/model.ts';
import { pageOf } from '../model/paging.ts';
import type { Rds } from '../rds.ts';
import { mergeTags } from './take-snapshot.ts';

export function createParameterGroup(rds: Rds) {
  return (input: CreateDBParameterGroupMessage, { region }: CallContext): CreateDBParameterGroupResult => {
    const name = checkedIdentifier('DBParameterGroupName', input.DBParameterGroupName);
    if (input.Description === undefined) throw required('Description');
    if (input.DBParameterGroupFamily !== rds.engine.catalog.family) {
      throw invalidValue(
        `ParameterGroupFamily ${input.DBParameterGroupFamily} is not a valid parameter group family, ` +
          `the sandbox has ${rds.engine.catalog.family}`,
      );
    }
    const group = register(rds, region, name, input.Description, input.Tags ?? []);
    return { DBParameterGroup: groupView(group) };
  };
}

export function copyParameterGroup(rds: Rds) {
  return (input: CopyDBParameterGroupMessage, { region }: CallContext): CopyDBParameterGroupResult => {
    const name = checkedIdentifier('TargetDBParameterGroupIdentifier', input.TargetDBParameterGroupIdentifier);
    if (input.SourceDBParameterGroupIdentifier === undefined) throw required('SourceDBParameterGroupIdentifier');
    if (input.TargetDBParameterGroupDescription === undefined) throw required('TargetDBParameterGroupDescription');
    const source = rds.region(region).parameterGroup(input.SourceDBParameterGroupIdentifier);
    const group = register(rds, region, name, input.TargetDBParameterGroupDescription, input.Tags ?? []);
    for (const [parameter, value] of source.values) group.values.set(parameter, value);
    return { DBParameterGroup: groupView(group) };
  };
}

export function describeParameterGroups(rds: Rds) {
  return (input: DescribeDBParameterGroupsMessage, { region }: CallContext): DBParameterGroupsMessage => {
    const state = rds.region(region);
    const chosen =
      input.DBParameterGroupName === undefined
        ? [...state.parameterGroups.values()]
        : [state.parameterGroup(input.DBParameterGroupName)];
    const { items, Marker } = pageOf(chosen, ({ name }) => name, input, rds.limits.pageSize);
    return { DBParameterGroups: items.map(groupView), ...(Marker === undefined ? {} : { Marker }) };
  };
}

export function deleteParameterGroup(rds: Rds) {
  return (input: DeleteDBParameterGroupMessage, { region }: CallContext): void => {
    if (input.DBParameterGroupName === undefined) throw required('DBParameterGroupName');
    const state = rds.region(region);
    const group = state.parameterGroup(input.DBParameterGroupName);
    if (group.isDefault) throw inState(`The default parameter group ${group.name} cannot be deleted.`);
    if ([...state.instances.values()].some(({ parameterGroup }) => parameterGroup === group.name)) {
      throw inState(
        'One or more database instances are still members of this parameter group, so the group cannot be deleted',
      );
    }
    state.parameterGroups.delete(group.name);
  };
}

export function inState(message: string): AwsError {
  return new AwsError('InvalidDBParameterGroupStateFault', message);
}

function register(rds: Rds, region: string, name: string, description: string, tags: readonly Tag[]): ParameterGroup {
  const { parameterGroups } = rds.region(region);
  if (parameterGroups.has(name)) {
    throw new AwsError('DBParameterGroupAlreadyExistsFault', `Parameter group ${name} already exists`);
  }
  if (parameterGroups.size >= rds.limits.parameterGroups) {
    throw new AwsError(
      'DBParameterGroupQuotaExceededFault',
      `Cannot create more than ${rds.limits.parameterGroups} parameter groups`,
    );
  }
  const group = makeParameterGroup(rds.account, region, name, rds.engine.catalog.family, description, tags);
  parameterGroups.set(name, group);
  return group;
}

export function makeParameterGroup(
  account: string,
  region: string,
  name: string,
  family: string,
  description: string,
  tags: readonly Tag[] = [],
): ParameterGroup {
  return {
    region,
    name,
    arn: makeArn(region, account, 'pg', name),
    family,
    description,
    isDefault: name.startsWith('default.'),
    values: new Map(),
    tags: mergeTags(tags),
  };
}

function groupView(group: ParameterGroup): DBParameterGroup {
  return {
    DBParameterGroupName: group.name,
    DBParameterGroupArn: group.arn,
    DBParameterGroupFamily: group.family,
    Description: group.description,
  };
}
