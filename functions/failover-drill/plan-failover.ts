import { makeRds } from '../../shared/aws/rds/instances.ts';
import { makeRdsFailover } from '../../shared/aws/rds/standby/failover.ts';
import { makeSecrets } from '../../shared/aws/secrets.ts';
import { statesIn } from '../../shared/aws/states.ts';
import { config } from '../../shared/config.ts';
import { PlanFailoverInput, PlanFailoverOutput } from '../../shared/contracts/failover-drill/failover-drill.ts';
import { failoverRefusals } from '../../shared/domain/dr/failover-refusals.ts';
import { MachineEnvironment, machineArns } from '../../shared/evidence/environment.ts';
import { readFailoverFacts } from '../../shared/failover/read-facts.ts';
import { defineTask, logger } from '../../shared/lambda/define-task.ts';
import { operations } from '../../shared/policy/operations.ts';
import { askedFailover } from '../../shared/rules/asked-failover.ts';

/** Looks what speaks against a fail-over of the instance of a database now. Reads only, so a second call is harmless. */
export const planFailover = defineTask({
  input: PlanFailoverInput,
  output: PlanFailoverOutput,
  environment: MachineEnvironment,
  deps: (environment) => ({
    parts: {
      ...{
        rds: { ...makeRdsFailover(), findInstance: makeRds().findInstance },
        secrets: makeSecrets(),
        machines: machineArns(environment),
        stage: config().stage,
      },
      statesOf: (arn: string) => statesIn(arn.split(':')[3] ?? ''),
    },
    policy: operations(),
    stage: config().stage,
  }),
  async run({ request: asked }, { parts, policy, stage }) {
    const { request, found } = askedFailover(asked, policy, stage);
    const facts = await readFailoverFacts(parts, found, request);
    const refusals = [...failoverRefusals(facts)];
    logger.info('fail-over planned', { database: request.database, refusals: refusals.length });
    return {
      plan: {
        ...{ database: request.database, instanceId: facts.instanceId, zone: facts.zone, refusals },
        ...{ isActed: request.mode === 'rehearse', reason: request.reason },
      },
    };
  },
});
export const { handler } = planFailover;
