import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { makeResolver, type Resolver } from './intrinsics.ts';
import type { RawTemplate, StackContext } from './resource.ts';

/** One stack of a package in one region: the stage's own, or one nested in it. */
export type OpenStack = {
  readonly template: RawTemplate;
  readonly context: StackContext;
  readonly resolver: Resolver;
};

export const TEMPLATE = 'cloudformation-template-update-stack.json';
export const NESTED = 'AWS::CloudFormation::Stack';

/** The stage's stack first, then those nested in it, each with the parameters that the first gives. */
export function openStacks(directory: string, context: StackContext): readonly [OpenStack, ...OpenStack[]] {
  const template = readRaw(join(directory, TEMPLATE));
  const resolver = makeResolver(template, context);
  const nested = Object.entries(template.Resources)
    .filter(([, { Type, Condition }]) => Type === NESTED && (Condition === undefined || resolver.condition(Condition)))
    .map(([logicalId, { Properties }]): OpenStack => {
      const { TemplateURL, Parameters = {} } = resolver.resolve(Properties) as {
        TemplateURL: string;
        Parameters?: Record<string, string>;
      };
      const own = { ...context, stackName: resolver.name(logicalId), parameters: Parameters };
      const nestedTemplate = readRaw(join(directory, basename(TemplateURL)));
      checkParameters(logicalId, nestedTemplate, Parameters);
      return { template: nestedTemplate, context: own, resolver: makeResolver(nestedTemplate, own) };
    });
  return [{ template, context, resolver }, ...nested];
}

/** CloudFormation refuses both. */
function checkParameters(id: string, { Parameters = {} }: RawTemplate, given: Readonly<Record<string, string>>): void {
  const missing = Object.keys(Parameters).filter((name) => given[name] === undefined);
  const unknown = Object.keys(given).filter((name) => Parameters[name] === undefined);
  if (missing.length + unknown.length > 0)
    throw new Error(`nested stack '${id}' lacks parameters [${missing}], and gets [${unknown}], which it has not`);
}

function readRaw(path: string): RawTemplate {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as RawTemplate;
  } catch (error) {
    throw new Error(`packaged template '${path}' cannot be read\nHINT: Run 'npm run package' first.`, { cause: error });
  }
}
