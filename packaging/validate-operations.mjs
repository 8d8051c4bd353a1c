// Serverless plugin: refuses to package or deploy with faults in operations.yml, and tells all of them.
import { operationsFile, operationsFileName } from './operations-file.mjs';

export default class ValidateOperations {
  constructor(serverless) {
    const validate = async () => {
      const { readOperationsFile } = await import('../shared/policy/read-file.ts');
      try {
        readOperationsFile(operationsFile, operationsFileName);
      } catch (error) {
        throw new serverless.classes.Error(error.message);
      }
    };
    this.hooks = { 'before:package:initialize': validate, 'before:package:createDeploymentArtifacts': validate };
  }
}
