// Serverless plugin: refuses to package or deploy with faults in operations.yml, and reports all of them; or for a region
// that the stage has not.
import { readOperations } from '../bundle/read-operations.mjs';
import { healthPrice } from '../health/health-price.mjs';
import { logsPrice } from '../logs/logs-price.mjs';

export default class ValidateOperations {
  constructor(serverless, { stage = serverless.service.provider.stage, region }, { log } = {}) {
    const validate = async () => {
      const { checkedStage, checkStageRegion } = await import('../../shared/policy/stage-region.ts');
      try {
        const policy = await readOperations();
        checkedStage(policy, stage);
        const { metrics, alarms, month } = await healthPrice(policy, stage);
        const logs = logsPrice(policy, stage);
        const { currency } = policy.costs;
        this.price = `health: ${metrics} metrics and ${alarms} alarms, ${month.toFixed(2)} ${currency} a month; logs: ${logs.gigabytes} GB, ${logs.month.toFixed(2)} ${currency} a month`;
        if (region !== undefined) checkStageRegion(policy, stage, region);
      } catch (error) {
        throw new serverless.classes.Error(error.message);
      }
    };
    this.hooks = {
      'before:package:initialize': async () => {
        await validate();
        log?.notice(this.price);
      },
      'before:package:createDeploymentArtifacts': validate,
    };
  }
}
