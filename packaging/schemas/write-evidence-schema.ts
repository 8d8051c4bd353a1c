// Writes evidence.schema.json, the published form of evidence and of the records of its chain:
// `node packaging/schemas/write-evidence-schema.ts`. A repository test fails when the file is not current.
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as z from 'zod/mini';
import { Evidence } from '../../shared/contracts/backup-and-verify.ts';
import { DrillEvidence } from '../../shared/contracts/dr-drill/dr-drill.ts';
import { ChainRecord } from '../../shared/contracts/proof/evidence-chain.ts';
import { RestoreTestEvidence } from '../../shared/contracts/restore-test.ts';

export const evidenceSchemaFile = fileURLToPath(new URL('../../evidence.schema.json', import.meta.url));

/** JSON Schema draft 2020-12 of each kind of file; what a schema cannot say (hashes, order) is what `verify` checks. */
export function evidenceSchema(): string {
  const definition = (schema: z.core.$ZodType, title: string) => {
    const { $schema, ...own } = z.toJSONSchema(schema, { target: 'draft-2020-12', io: 'input' });
    return { title, ...own };
  };
  const schema = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Evidence of pg-gameday',
    oneOf: ['evidence', 'restoreTest', 'drill', 'chainRecord'].map((name) => ({ $ref: `#/$defs/${name}` })),
    $defs: {
      evidence: definition(Evidence, 'backup-and-verify/<database>/<execution>/evidence.json'),
      restoreTest: definition(RestoreTestEvidence, 'restore-test/<database>/<execution>/evidence.json'),
      drill: definition(DrillEvidence, 'dr-drill/<database>/<execution>/evidence.json'),
      chainRecord: definition(ChainRecord, 'evidence-chain/<database>/<sequence>.json, in canonical form (RFC 8785)'),
    },
  };
  return `${JSON.stringify(schema, undefined, 2)}\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(evidenceSchemaFile, evidenceSchema());
