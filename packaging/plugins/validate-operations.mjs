// Serverless plugin: refuses to package or deploy with faults in operations.yml, and reports all of them; or for a region
// that the stage has not.
import { readOperations } from '../bundle/read-operations.mjs';

export default class ValidateOperations {
  constructor(serverless, { stage = serverless.service.provider.stage, region }) {
    const validate = async () => {
      const { checkedStage, checkStageRegion } = await import('../../shared/policy/stage-region.ts');
      try {
        const policy = await readOperations();
        checkedStage(policy, stage);
        if (region !== undefined) checkStageRegion(policy, stage, region);
      } catch (error) {
        throw new serverless.classes.Error(error.message);
      }
    };
    this.hooks = { 'before:package:initialize': validate, 'before:package:createDeploymentArtifacts': validate };
  }
}
