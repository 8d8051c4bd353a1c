import type { DatabaseElsewhere } from './facts.ts';
import { type Finding, must, unseen } from './finding.ts';

/** Whether automated backups of a database are replicated to the second region, where operations.yml wants them. */
export function checkReplicated(
  database: string,
  region: string,
  lagSeconds: number,
  replicated: NonNullable<DatabaseElsewhere['replicated']>,
): Finding[] {
  const check = 'automated backups are replicated';
  const subject = `${database} in ${region}`;
  if (!replicated.seen) return [unseen(check, subject, replicated.reason)];
  const { behindSeconds } = replicated.value ?? {};
  return [
    must(check, subject, {
      holds: behindSeconds !== undefined && behindSeconds <= lagSeconds,
      observed:
        replicated.value === undefined
          ? 'there are none'
          : behindSeconds === undefined
            ? 'the first of them is not whole yet'
            : `${behindSeconds} s behind, at most ${lagSeconds} s`,
      remedy: `Is the key of ${region} enabled? Then aws rds start-db-instance-automated-backups-replication --region ${region} --source-db-instance-arn … --kms-key-id …`,
    }),
  ];
}
