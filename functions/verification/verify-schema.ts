import { copyTarget, rung, storeRungs, verificationDeps } from '../../shared/aws/verification/verification.ts';
import { VerifySchemaInput, VerifySchemaOutput } from '../../shared/contracts/verification.ts';
import { lockPatience } from '../../shared/deadlines.ts';
import { comparePrepared } from '../../shared/domain/verification/compare-prepared.ts';
import { compareSchema, compareSequences, exceptRemade } from '../../shared/domain/verification/compare-schema.ts';
import { readWitnessHeader } from '../../shared/evidence/witness-file.ts';
import { defineTask } from '../../shared/lambda/define-task.ts';
import { withConnection } from '../../shared/pg/session/connect.ts';
import { verifyCatalogues } from '../../shared/pg/verify/verify-catalogues.ts';
import { parsePrepared, preparedSql } from '../../shared/pg/witness/read-catalogue.ts';
import { readSchemaObjects } from '../../shared/pg/witness/schema-objects.ts';
import { readSequences } from '../../shared/pg/witness/sequences.ts';

/** Every object of the schema and every sequence, against the witness. Reads only, so a second call is harmless. */
export const verifySchema = defineTask({
  input: VerifySchemaInput,
  output: VerifySchemaOutput,
  deps: verificationDeps,
  async run(input, deps) {
    const header = await readWitnessHeader(deps.store, input.witnessKey, input.witness);
    const { target } = await copyTarget(deps, input);
    const until = performance.now() + lockPatience;
    const { schema, sequences, proven, prepared } = await withConnection(
      target,
      { purpose: 'verifies the schema', readOnly: true, tablesOnly: true },
      async (client) => ({
        schema: await readSchemaObjects(client, undefined, until),
        sequences: (await readSequences(client, undefined, until)).sequences,
        proven: await verifyCatalogues(client, header),
        prepared: parsePrepared((await client.query<Record<string, unknown>>(preparedSql)).rows),
      }),
    );
    return storeRungs(deps.store, input.evidencePrefix, 'verify-schema', {
      rungs: [
        rung(
          'schema',
          [
            ...compareSchema(header.schema.atS1, header.schema.atS2, schema, proven.isOfBracket),
            ...proven.findings,
            ...comparePrepared(header.prepared?.atS1 ?? [], header.prepared?.atS2 ?? [], prepared, proven.originOf),
          ],
          `${Object.keys(schema).length} objects equal, and ${proven.rows} rows of ${proven.catalogues} catalogues that define them`,
        ),
        rung(
          'sequences',
          exceptRemade(header.schema, compareSequences(header.sequences.atS1, header.sequences.atS2, sequences)),
          `${sequences.length} sequences between their values at S1 and S2`,
        ),
      ],
    });
  },
});
export const { handler } = verifySchema;
