import assert from 'node:assert/strict';
import { evidenceSchema, evidenceSchemaFile } from '../../../packaging/schemas/write-evidence-schema.ts';
import { at, stringsIn, textOf } from '../files.ts';

const isCurrent = (text: string) => text === evidenceSchema();

test('evidence.schema.json is current; else run `npm run evidence:schema`', () => {
  assert.ok(evidenceSchemaFile.endsWith('/evidence.schema.json'));
  assert.ok(isCurrent(textOf('evidence.schema.json')));
});

test('a schema of other evidence is not current', () => {
  assert.equal(isCurrent(textOf('evidence.schema.json').replace('systemIdentifier', 'system')), false);
});

test('the schema is of draft 2020-12, and both kinds of file are closed', () => {
  const schema: unknown = JSON.parse(textOf('evidence.schema.json'));
  assert.equal(at(schema, '$schema'), 'https://json-schema.org/draft/2020-12/schema');
  for (const kind of ['evidence', 'chainRecord']) {
    assert.equal(at(schema, '$defs', kind, 'additionalProperties'), false, kind);
    assert.ok(stringsIn(at(schema, '$defs', kind, 'required')).includes('verdict'), kind);
  }
});
