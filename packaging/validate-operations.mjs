// Serverless plugin: refuses to package or deploy with faults in operations.yml, and tells all of them.
import { fileURLToPath } from 'node:url';

export default class ValidateOperations {
  constructor(serverless) {
    const validate = async () => {
      const { readOperationsFile } = await import('../shared/policy/read-file.ts');
      try {
        readOperationsFile(fileURLToPath(new URL('../operations.yml', import.meta.url)));
      } catch (error) {
        throw new serverless.classes.Error(error.message);
      }
    };
    this.hooks = { 'before:package:initialize': validate, 'before:package:createDeploymentArtifacts': validate };
  }
}
