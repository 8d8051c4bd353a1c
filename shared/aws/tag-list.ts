import type { Tags } from '../domain/resource/throw-away.ts';

type TagList = readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[];

/** AWS's list of tags as a record. */
export const tagsOf = (list: TagList | undefined): Tags =>
  Object.fromEntries((list ?? []).map(({ Key, Value }) => [Key ?? '', Value ?? '']));
