import * as z from 'zod/mini';
import type { Severity } from '../contracts/common.ts';

/** A variable that its function cannot do without: an empty text is one that nobody has wired. */
const wired = z.string().check(z.minLength(1));

/** Of what publishes: the topic of each severity. */
export const TopicEnvironment = z.object({
  P1_TOPIC_ARN: wired,
  P2_TOPIC_ARN: wired,
  P3_TOPIC_ARN: wired,
  P4_TOPIC_ARN: wired,
});

export const topicArns = (environment: z.output<typeof TopicEnvironment>): Readonly<Record<Severity, string>> => ({
  P1: environment.P1_TOPIC_ARN,
  P2: environment.P2_TOPIC_ARN,
  P3: environment.P3_TOPIC_ARN,
  P4: environment.P4_TOPIC_ARN,
});

/** Of what reads or writes the evidence of copies. A stage with one region has a name there that is nobody's. */
export const SecondBucketEnvironment = z.object({ SECOND_EVIDENCE_BUCKET: wired });

/**
 * Of what makes throw-away copies: their security group, which the verifying functions alone reach. Without one, RDS takes the
 * default group of the VPC, and real data would be open to whoever is in it. The sandbox has no VPC.
 */
export const IsolationEnvironment = z.object({ STAGE: z.string(), COPY_SECURITY_GROUP_ID: z.string() }).check(
  z.refine(({ STAGE, COPY_SECURITY_GROUP_ID }) => STAGE === 'dev' || COPY_SECURITY_GROUP_ID !== '', {
    path: ['COPY_SECURITY_GROUP_ID'],
    error: 'a security group in every stage with a VPC',
  }),
);

/** Of what starts proofs: the machine prove-snapshot of the function's own region. */
export const ProofEnvironment = z.object({ PROVE_SNAPSHOT_ARN: wired });

/** Of what stops databases: machines whose executions may need a source for hours, separated by commas. */
export const DrillEnvironment = z.object({ PROOF_MACHINE_ARNS: wired });

/** Of what carries notifications: the topic that people subscribe to with their addresses. */
export const MailEnvironment = z.object({ MAIL_TOPIC_ARN: wired });

/** Of what must know which workflows run: the machines of the stage, separated by commas. */
export const MachineEnvironment = z.object({ MACHINE_ARNS: wired });

/** By workflow: a machine is called `<workflow>-<stage>`. A stage with one region has none in region `none`. */
export const machineArns = ({ MACHINE_ARNS }: z.output<typeof MachineEnvironment>): ReadonlyMap<string, string> =>
  new Map(
    MACHINE_ARNS.split(',').flatMap((arn) => {
      const [, , , region, , , machine = ''] = arn.split(':');
      return region === 'none' ? [] : [[machine.slice(0, machine.lastIndexOf('-')), arn] as const];
    }),
  );

/** Of what asks people: who gets mail of a severity, who by name, and the page on which they answer. */
export const PageEnvironment = z.object({
  MAIL_TOPIC_ARN: wired,
  PAGE_TOPIC_ARN: wired,
  ANSWER_URL: wired,
  LINK_SECRET_ARN: wired,
});

/** Of the page on which people answer. */
export const AnswerEnvironment = z.object({ LINK_SECRET_ARN: wired });

/** Of what counts who hears of each topic. */
export const CountedTopicsEnvironment = z.object({
  P1_TOPIC_ARN: wired,
  P2_TOPIC_ARN: wired,
  P3_TOPIC_ARN: wired,
  P4_TOPIC_ARN: wired,
  MAIL_TOPIC_ARN: wired,
  PAGE_TOPIC_ARN: wired,
});

/** Of the robot, which opens no other page than that of an incident. */
export const RobotEnvironment = z.object({ ANSWER_URL: wired });

/** Of what only reports that something went well. */
export const ReportEnvironment = z.object({ P4_TOPIC_ARN: wired });
