import * as z from 'zod/mini';
import { InvalidOperationsError } from './errors.ts';
import { faultsOf, faultText } from './faults.ts';

/** What every function has in its environment; serverless.yml sets it. More than that a task states itself. */
const Environment = z.object({
  AWS_REGION: z.string().check(z.minLength(1)),
  STAGE: z.enum(['dev', 'test', 'prod']),
  EVIDENCE_BUCKET: z.string().check(z.minLength(1)),
});

export type Config = {
  readonly stage: 'dev' | 'test' | 'prod';
  readonly evidenceBucket: string;
  /** Where the function runs. */
  readonly region: string;
};

let parsed: Config | undefined;

/** The configuration, parsed once; everything that is missing is reported at once. */
export function config(): Config {
  if (parsed !== undefined) return parsed;
  const { STAGE, AWS_REGION, EVIDENCE_BUCKET } = readEnvironment(
    Environment,
    "Compare 'provider.environment' in serverless.yml.",
  );
  parsed = { stage: STAGE, evidenceBucket: EVIDENCE_BUCKET, region: AWS_REGION };
  return parsed;
}

/** Reads environment variables by a schema; every one that is missing or unfit is named. */
export function readEnvironment<Schema extends z.core.$ZodType>(schema: Schema, hint: string): z.output<Schema> {
  const result = z.safeParse(schema, process.env);
  if (result.success) return result.data;
  const faults = faultsOf(result.error.issues, process.env).map(
    (fault) => `  environment variable ${faultText(fault)}`,
  );
  throw new InvalidOperationsError(`function environment has ${faults.length} faults\n${faults.join('\n')}`, {
    hints: [hint],
  });
}
