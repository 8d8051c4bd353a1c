import * as z from 'zod/mini';
import type { Severity } from './contracts/common.ts';
import { InvalidOperationsError } from './errors.ts';
import { faultsOf, faultText } from './faults.ts';

/** Every environment variable that a function reads. serverless.yml sets them. */
const Environment = z.object({
  AWS_REGION: z.string().check(z.minLength(1)),
  STAGE: z.enum(['dev', 'test', 'prod']),
  EVIDENCE_BUCKET: z.string().check(z.minLength(1)),
  /** Security group of throw-away copies: reached by the verifying functions only. Empty where there is no VPC. */
  COPY_SECURITY_GROUP_ID: z._default(z.string(), ''),
  /** The state machine prove-snapshot of the function's own region; only those have it that start or ask it. */
  PROVE_SNAPSHOT_ARN: z._default(z.string(), ''),
  /** The evidence bucket of the second region; only the function has it that copies snapshots there. */
  SECOND_EVIDENCE_BUCKET: z._default(z.string(), ''),
  /** The topics of the severities; only those functions have them that publish. */
  P1_TOPIC_ARN: z._default(z.string(), ''),
  P2_TOPIC_ARN: z._default(z.string(), ''),
  P3_TOPIC_ARN: z._default(z.string(), ''),
  P4_TOPIC_ARN: z._default(z.string(), ''),
  /** The topic that people subscribe to with their addresses; only the function has it that sends notifications. */
  MAIL_TOPIC_ARN: z._default(z.string(), ''),
  /** State machines whose executions may need a source for hours, separated by commas; only the function has it that stops databases. */
  PROOF_MACHINE_ARNS: z._default(z.string(), ''),
});

export type Config = {
  readonly stage: 'dev' | 'test' | 'prod';
  readonly evidenceBucket: string;
  readonly copySecurityGroupId: string | undefined;
  readonly proveSnapshotArn: string;
  readonly secondEvidenceBucket: string;
  readonly topicArns: Readonly<Record<Severity, string>>;
  readonly mailTopicArn: string;
  readonly proofMachineArns: readonly string[];
  /** Where the function runs. */
  readonly region: string;
};

let parsed: Config | undefined;

/** The configuration, parsed once; everything that is missing is reported at once. */
export function config(): Config {
  if (parsed !== undefined) return parsed;
  const result = Environment.safeParse(process.env);
  if (!result.success) {
    const faults = faultsOf(result.error.issues, process.env).map(
      (fault) => `  environment variable ${faultText(fault)}`,
    );
    throw new InvalidOperationsError(`function environment has ${faults.length} faults\n${faults.join('\n')}`, {
      hints: ["Compare 'provider.environment' in serverless.yml."],
    });
  }
  const { STAGE, AWS_REGION, EVIDENCE_BUCKET, COPY_SECURITY_GROUP_ID, PROVE_SNAPSHOT_ARN, MAIL_TOPIC_ARN } =
    result.data;
  const { PROOF_MACHINE_ARNS } = result.data;
  const { P1_TOPIC_ARN: P1, P2_TOPIC_ARN: P2, P3_TOPIC_ARN: P3, P4_TOPIC_ARN: P4 } = result.data;
  parsed = {
    stage: STAGE,
    evidenceBucket: EVIDENCE_BUCKET,
    copySecurityGroupId: COPY_SECURITY_GROUP_ID === '' ? undefined : COPY_SECURITY_GROUP_ID,
    proveSnapshotArn: PROVE_SNAPSHOT_ARN,
    secondEvidenceBucket: result.data.SECOND_EVIDENCE_BUCKET,
    topicArns: { P1, P2, P3, P4 },
    mailTopicArn: MAIL_TOPIC_ARN,
    proofMachineArns: PROOF_MACHINE_ARNS.split(',').filter((arn) => arn !== ''),
    region: AWS_REGION,
  };
  return parsed;
}
