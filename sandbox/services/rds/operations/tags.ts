import type {
  AddTagsToResourceMessage,
  ListTagsForResourceMessage,
  RemoveTagsFromResourceMessage,
  Tag,
  TagListMessage,
} from '@aws-sdk/client-rds';
import type { CallContext } from '../../../wire/service.ts';
import { invalidValue, refuseOthers } from '../model/errors.ts';
import { parseArn, required } from '../model/identifiers.ts';
import type { Rds } from '../rds.ts';
import { mergeTags } from './take-snapshot.ts';

const mostTags = 50;

export function addTags(rds: Rds) {
  return (input: AddTagsToResourceMessage, { region }: CallContext): void => {
    const resource = tagged(rds, region, input.ResourceName);
    const added = input.Tags ?? [];
    if (added.some(({ Key = '' }) => Key === '' || Key.startsWith('aws:'))) {
      throw invalidValue('Tag keys must not be empty and must not begin with aws:');
    }
    const tags = mergeTags(resource.tags, added);
    if (tags.length > mostTags) throw invalidValue(`A resource can have up to ${mostTags} tags, not ${tags.length}.`);
    resource.tags = tags;
  };
}

export function removeTags(rds: Rds) {
  return (input: RemoveTagsFromResourceMessage, { region }: CallContext): void => {
    const resource = tagged(rds, region, input.ResourceName);
    const keys = new Set(input.TagKeys ?? []);
    resource.tags = resource.tags.filter(({ Key }) => !keys.has(Key ?? ''));
  };
}

export function listTags(rds: Rds) {
  return (input: ListTagsForResourceMessage, { region }: CallContext): TagListMessage => {
    refuseOthers(input, ['ResourceName']);
    return { TagList: [...tagged(rds, region, input.ResourceName).tags] };
  };
}

function tagged(rds: Rds, region: string, name: string | undefined): { tags: Tag[] } {
  if (name === undefined) throw required('ResourceName');
  const arn = parseArn(name);
  if (arn === undefined || arn.region !== region) throw invalidValue(`Invalid resource name: ${name}`);
  const state = rds.region(region);
  switch (arn.kind) {
    case 'db':
      return state.instance(arn.name);
    case 'snapshot':
      return state.snapshot(arn.name);
    case 'pg':
      return state.parameterGroup(arn.name);
    case 'subgrp':
      return state.subnetGroup(arn.name);
    default:
      throw invalidValue(`The specified resource name does not match an RDS resource in this region: ${name}`);
  }
}
