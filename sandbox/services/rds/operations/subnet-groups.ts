import type {
  CreateDBSubnetGroupMessage,
  CreateDBSubnetGroupResult,
  DBSubnetGroupMessage,
  DeleteDBSubnetGroupMessage,
  DescribeDBSubnetGroupsMessage,
} from '@aws-sdk/client-rds';
import { AwsError } from '../../../wire/aws-error.ts';
import type { CallContext } from '../../../wire/service.ts';
import { makeArn, required } from '../model/identifiers.ts';
import type { SubnetGroup } from '../model/model.ts';
import { pageOf } from '../model/paging.ts';
import { subnetGroupView } from '../model/views.ts';
import type { Rds } from '../rds.ts';
import { mergeTags } from './take-snapshot.ts';

export function createSubnetGroup(rds: Rds) {
  return (input: CreateDBSubnetGroupMessage, { region }: CallContext): CreateDBSubnetGroupResult => {
    if (!input.DBSubnetGroupName) throw required('DBSubnetGroupName');
    if (!input.DBSubnetGroupDescription) throw required('DBSubnetGroupDescription');
    const name = input.DBSubnetGroupName.toLowerCase();
    const { subnetGroups } = rds.region(region);
    if (subnetGroups.has(name)) {
      throw new AwsError('DBSubnetGroupAlreadyExistsFault', `The DB subnet group '${name}' already exists.`);
    }
    if (subnetGroups.size >= rds.limits.subnetGroups) {
      throw new AwsError(
        'DBSubnetGroupQuotaExceededFault',
        `Cannot create more than ${rds.limits.subnetGroups} DB subnet groups`,
      );
    }
    const subnets = input.SubnetIds ?? [];
    if (subnets.length < 2) {
      throw new AwsError(
        'DBSubnetGroupDoesNotCoverEnoughAZs',
        "The DB subnet group doesn't meet Availability Zone (AZ) coverage requirement. Current AZ coverage: " +
          `${region}a. Add subnets to cover at least 2 AZs.`,
      );
    }
    const group = makeSubnetGroup(rds.account, region, name, input.DBSubnetGroupDescription, subnets);
    group.tags = mergeTags(input.Tags ?? []);
    subnetGroups.set(name, group);
    return { DBSubnetGroup: subnetGroupView(group) };
  };
}

export function makeSubnetGroup(
  account: string,
  region: string,
  name: string,
  description: string,
  subnets: readonly string[],
): SubnetGroup {
  return { region, name, arn: makeArn(region, account, 'subgrp', name), description, subnets: [...subnets], tags: [] };
}

export function describeSubnetGroups(rds: Rds) {
  return (input: DescribeDBSubnetGroupsMessage, { region }: CallContext): DBSubnetGroupMessage => {
    const state = rds.region(region);
    const chosen =
      input.DBSubnetGroupName === undefined
        ? [...state.subnetGroups.values()]
        : [state.subnetGroup(input.DBSubnetGroupName)];
    const { items, Marker } = pageOf(chosen, ({ name }) => name, input, rds.limits.pageSize);
    return { DBSubnetGroups: items.map(subnetGroupView), ...(Marker === undefined ? {} : { Marker }) };
  };
}

export function deleteSubnetGroup(rds: Rds) {
  return (input: DeleteDBSubnetGroupMessage, { region }: CallContext): void => {
    if (!input.DBSubnetGroupName) throw required('DBSubnetGroupName');
    const state = rds.region(region);
    const group = state.subnetGroup(input.DBSubnetGroupName);
    if ([...state.instances.values()].some(({ subnetGroup }) => subnetGroup === group.name)) {
      throw new AwsError('InvalidDBSubnetGroupStateFault', `The DB subnet group '${group.name}' is in use.`);
    }
    state.subnetGroups.delete(group.name);
  };
}
