import type { Tags } from '../domain/resource/throw-away.ts';

type TagList = readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[];

/** The other way round. */
export const tagList = (tags: Tags) => Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));

/** AWS's list of tags as a record. */
export const tagsOf = (list: TagList | undefined): Tags =>
  Object.fromEntries((list ?? []).map(({ Key, Value }) => [Key ?? '', Value ?? '']));
