import type { ObjectLockConfiguration } from '@aws-sdk/client-s3';

/** Without `Resources` where a stage wants no lock. */
declare function evidenceLock(given: { resolveVariable(name: string): Promise<string> }): Promise<{
  readonly Resources: {
    readonly EvidenceBucket: { readonly Properties: { readonly ObjectLockConfiguration: ObjectLockConfiguration } };
  };
}>;
export = evidenceLock;
