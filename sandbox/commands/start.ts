import { faultWorldOf } from '../faults/fault-world.ts';
import { makeFaultInjector } from '../faults/injector.ts';
import { makeTerminal } from '../terminal/terminal.ts';
import { workflow as costReport } from '../workflows/cost-report/sweep.ts';
import type { CommandOptions } from './options.ts';
import { openSession, type Session } from './session.ts';

/** Starts the sandbox and keeps it up until Ctrl-C or `stop`. */
export async function startCommand(options: CommandOptions): Promise<number> {
  const terminal = makeTerminal();
  let session: Session | undefined;
  const injector = makeFaultInjector({
    world: () => {
      if (session === undefined) throw new Error('faults strike when the sandbox has started');
      return faultWorldOf(session.sandbox);
    },
  });
  const { intercept, interceptDelivery } = injector;
  session = await openSession(options, terminal, {
    runSchedules: options.runSchedules,
    intercept,
    interceptDelivery,
  });
  await injector.arm(options.faults);
  const { sandbox, source } = session;
  // The same bill and forgotten things as in the drill: without them there is no cost report to look at.
  await costReport.prepare?.({ sandbox, database: options.database, sourceInstanceId: source.instance }, 'sandbox');
  const { accessKeyId, secretAccessKey } = sandbox.clientConfig.credentials;
  const machine = sandbox.template.stateMachines.find(({ name }) => name === `${options.workflow}-dev`)?.arn ?? '';
  const costs = sandbox.template.stateMachines.find(({ name }) => name === 'cost-report-dev')?.arn ?? '';
  const evidence = sandbox.template.buckets.find(({ logicalId }) => logicalId === 'EvidenceBucket')?.name ?? '';
  const { host, port, database, user, password } = source.master;
  terminal.line(`
Ready. Ctrl-C ends it and removes everything.

export AWS_ENDPOINT_URL=${sandbox.endpoint} AWS_REGION=${sandbox.region} AWS_DEFAULT_REGION=${sandbox.region}
export AWS_ACCESS_KEY_ID=${accessKeyId} AWS_SECRET_ACCESS_KEY=${secretAccessKey}

aws stepfunctions start-execution --state-machine-arn ${machine} --input '{"database":"${options.database}"}'
aws stepfunctions list-executions --state-machine-arn ${machine}
aws rds describe-db-instances --endpoint-url ${sandbox.endpoint} --query 'DBInstances[].[DBInstanceIdentifier,DBInstanceStatus,Endpoint.Port]' --output table

# A bill of half a year is there: this makes its cost report, and the line below brings every report here.
aws stepfunctions start-execution --state-machine-arn ${costs} --input '{"findWaste":true}'
aws s3 sync s3://${evidence} reports/sandbox --exclude '*' --include '*/report.html'

PGPASSWORD=${password} PGSSLMODE=verify-ca PGSSLROOTCERT=${sandbox.rds.inspect.certificateAuthorityPath} psql -h ${host} -p ${port} -U ${user} ${database}
`);
  await new Promise(() => {});
  return 0;
}
