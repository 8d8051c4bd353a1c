import assert from 'node:assert/strict';
import { operationsSchema, schemaFile } from '../../../packaging/schemas/write-operations-schema.ts';
import { stringsIn, textOf } from '../files.ts';

const isCurrent = (text: string) => text === operationsSchema();

test('operations.schema.json is current; else run `node packaging/schemas/write-operations-schema.ts`', () => {
  assert.ok(schemaFile.endsWith('/operations.schema.json'));
  assert.ok(isCurrent(textOf('operations.schema.json')));
});

test('a schema of another policy is not current', () => {
  assert.equal(isCurrent(textOf('operations.schema.json').replace('marginSeconds', 'margin')), false);
});

test('the schema is of draft 2020-12, closed, and describes its settings', () => {
  const schema: Record<string, unknown> = JSON.parse(textOf('operations.schema.json'));
  assert.equal(schema['$schema'], 'https://json-schema.org/draft/2020-12/schema');
  assert.equal(schema['additionalProperties'], false);
  assert.ok(stringsIn(schema).includes('DBInstanceIdentifier of the source.'));
});

test('operations.yml points editors to the schema', () => {
  assert.match(textOf('operations.yml'), /^# yaml-language-server: \$schema=\.\/operations\.schema\.json$/m);
});
