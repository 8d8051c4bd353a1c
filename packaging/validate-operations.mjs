// Serverless plugin: refuses to package or deploy with faults in operations.yml, and reports all of them; or for a region
// that the stage has not.
import { operationsFile, operationsFileName } from './operations-file.mjs';

export default class ValidateOperations {
  constructor(serverless, { stage = serverless.service.provider.stage, region }) {
    const validate = async () => {
      const { readOperationsFile } = await import('../shared/policy/read-file.ts');
      const { checkStageRegion } = await import('../shared/policy/stage-region.ts');
      try {
        const policy = readOperationsFile(operationsFile, operationsFileName);
        if (region !== undefined) checkStageRegion(policy, stage, region);
      } catch (error) {
        throw new serverless.classes.Error(error.message);
      }
    };
    this.hooks = { 'before:package:initialize': validate, 'before:package:createDeploymentArtifacts': validate };
  }
}
