import * as z from 'zod/mini';
import { ExecutionName } from '../common.ts';

/** Schema-qualified, as a person writes it; quoted where PostgreSQL wants it. */
export const TableName = z
  .string()
  .check(
    z.regex(/^("[^"]+"|[a-z_][a-z0-9_$]*)\.("[^"]+"|[a-z_][a-z0-9_$]*)$/, 'a table with its schema, as public.orders'),
  );

/** Which tables are merged back. `surplus`: rows that the live table has and the restored one has not. */
export const SelectedObjects = z.strictObject({
  tables: z.array(TableName).check(z.minLength(1), z.maxLength(50)),
  surplus: z._default(z.enum(['keep', 'delete']), 'keep'),
  /** Nobody waits longer for the merged tables than this. */
  lockMilliseconds: z._default(z.int().check(z.gte(100), z.lte(60_000)), 5000),
  /** So long the merge can be taken back. */
  undoDays: z._default(z.int().check(z.gte(1), z.lte(90)), 7),
});
export type SelectedObjects = z.infer<typeof SelectedObjects>;

/** Another table that a foreign key leads to or from, and whether it is selected, too. */
export const Neighbour = z.strictObject({
  table: z.string(),
  /** `parent`: a selected table, or one of its neighbours, refers to it. */
  is: z.enum(['parent', 'child']),
  of: z.string(),
  constraint: z.string(),
  isSelected: z.boolean(),
});
export type Neighbour = z.infer<typeof Neighbour>;

/** Rows of one table, as counts in decimal: missing in the live table, differing from it, and only in it. */
export const TableDifference = z.strictObject({
  table: z.string(),
  missing: z.string(),
  differing: z.string(),
  surplus: z.string(),
});
export type TableDifference = z.infer<typeof TableDifference>;

const ofCandidate = {
  ...{ executionName: ExecutionName, database: z.string(), attempt: z.int().check(z.gte(1)) },
  objects: SelectedObjects,
};

/** `part`: which call it is, from 1; each loads as many tables as its time allows. */
export const LoadObjectsInput = z.strictObject({ ...ofCandidate, part: z.int().check(z.gte(1)), loaded: z.int() });
export const LoadObjectsOutput = z.strictObject({
  /** Tables that wait in the side schema, in the order of the request. */
  loaded: z.int(),
  isComplete: z.boolean(),
  /** Of all of them, once they are there. */
  differences: z.array(TableDifference),
});

/** `isWanted`: false takes away what was loaded, and merges nothing. */
export const MergeObjectsInput = z.strictObject({ ...ofCandidate, isWanted: z.boolean() });
/** `run`: by which it can be taken back. */
export const MergeObjectsOutput = z.strictObject({ run: z.string(), merged: z.array(TableDifference) });
export type MergeObjectsOutput = z.infer<typeof MergeObjectsOutput>;
