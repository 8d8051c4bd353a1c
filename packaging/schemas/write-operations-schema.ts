// Writes operations.schema.json, by which editors check operations.yml while it is typed:
// `node packaging/schemas/write-operations-schema.ts`. A repository test fails when the file is not current.
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as z from 'zod/mini';
import { Operations } from '../../shared/policy/schema.ts';

export const schemaFile = fileURLToPath(new URL('../../operations.schema.json', import.meta.url));

/** JSON Schema draft 2020-12. What an editor cannot see (a time zone that exists, conflicts) stays with validate.ts. */
export function operationsSchema(): string {
  const schema = z.toJSONSchema(Operations, { target: 'draft-2020-12', io: 'input' });
  return `${JSON.stringify({ title: 'operations.yml of pg-gameday', ...schema }, undefined, 2)}\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(schemaFile, operationsSchema());
