// Serverless plugin: the compiled template is cut into the stage's own stack and nested ones before it is written, and
// the nested templates are uploaded beside it. One update of CloudFormation makes or undoes all of them.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import readHomes from '../stacks/homes.cjs';
import { NESTED, splitStacks } from '../stacks/split-stacks.mjs';

/** First step from a single stack: what moves leaves it, so that its names are free. docs/deploy.md says when. */
const OWN_ONLY = 'stacks=own';

export default class NestedStacks {
  constructor(serverless, options) {
    this.serverless = serverless;
    this.options = options;
    this.provider = serverless.getProvider('aws');
    this.hooks = {
      'after:aws:package:finalize:stripNullPropsFromTemplateResources': () => this.split(),
      'before:aws:deploy:deploy:uploadArtifacts': () => this.upload(),
    };
  }

  async split() {
    const { service, serviceDir } = this.serverless;
    const homes = await readHomes({ resolveVariable: async () => this.provider.getStage() });
    const prefix = service.package.artifactDirectoryName;
    const url = (file) => ({
      'Fn::Sub': `https://\${ServerlessDeploymentBucket}.s3.\${AWS::Region}.\${AWS::URLSuffix}/${prefix}/${file}`,
    });
    const isOwnOnly = [this.options.param ?? []].flat().includes(OWN_ONLY);
    const { root, nested } = splitStacks(
      withoutAddresses(service.provider.compiledCloudFormationTemplate),
      (id) => homes.get(id),
      url,
    );
    service.provider.compiledCloudFormationTemplate = isOwnOnly ? withoutNested(root) : root;
    await mkdir(path.join(serviceDir, '.serverless'), { recursive: true });
    for (const [file, template] of nested)
      await writeFile(path.join(serviceDir, '.serverless', file), JSON.stringify(template));
  }

  /** Also of a package that was made before: `deploy --package`. */
  async upload() {
    const { service, serviceDir } = this.serverless;
    const directory = path.resolve(serviceDir, this.options.package ?? service.package.path ?? '.serverless');
    const files = nestedFiles(service.provider.compiledCloudFormationTemplate);
    if (service.provider.shouldNotDeploy === true || files.length === 0) return;
    const bucket = await this.provider.getServerlessDeploymentBucketName();
    const s3 = new S3Client(await this.provider.getAwsSdkV3Config({}));
    for (const file of files) {
      const object = {
        Bucket: bucket,
        Key: `${service.package.artifactDirectoryName}/${file}`,
        Body: await readFile(path.join(directory, file), 'utf8'),
        ContentType: 'application/json',
      };
      await s3.send(new PutObjectCommand(object));
    }
    s3.destroy();
  }
}

/** Serverless prints the address of a function from an output of the stage's own stack, where the function is not. */
const withoutAddresses = (template) => ({
  ...template,
  Outputs: Object.fromEntries(
    Object.entries(template.Outputs ?? {}).filter(([, { Value }]) => Value?.['Fn::GetAtt']?.[1] !== 'FunctionUrl'),
  ),
});

const withoutNested = (root) => ({
  ...root,
  Resources: Object.fromEntries(Object.entries(root.Resources).filter(([, { Type }]) => Type !== NESTED)),
  // Those of machines are theirs; serverless-step-functions fails when there is none at all.
  Outputs: Object.fromEntries(
    Object.entries(root.Outputs ?? {}).filter(([, { Value }]) => root.Resources[Value?.Ref] !== undefined),
  ),
});

const nestedFiles = ({ Resources }) =>
  Object.values(Resources)
    .filter(({ Type }) => Type === NESTED)
    .map(({ Properties }) => path.posix.basename(Properties.TemplateURL['Fn::Sub']));
