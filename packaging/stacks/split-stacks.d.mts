type Template = {
  readonly AWSTemplateFormatVersion?: string;
  readonly Description?: string;
  readonly Resources: Readonly<Record<string, object>>;
  readonly Conditions?: object;
  readonly Outputs?: object;
};
export const NESTED: 'AWS::CloudFormation::Stack';
export function splitStacks(
  template: Template,
  stackOf: (logicalId: string) => string | undefined,
  urlOf: (file: string) => unknown,
): { readonly root: Template; readonly nested: ReadonlyMap<string, Template & { readonly Parameters: object }> };
export function fileOf(stack: string): string;
