import type * as client from '@aws-sdk/client-s3';
import { AwsError } from '../../wire/aws-error.ts';
import type { Operation } from '../../wire/service.ts';
import type { Bucket, BucketStore, ObjectVersion, Retention } from './bucket-store.ts';
import { findObject } from './find-object.ts';

type Locking = { readonly ObjectLockMode?: string | undefined; readonly ObjectLockRetainUntilDate?: Date | undefined };

const DAY = 86_400_000;

/** The lock that a new version gets. Throws when the writer wants one of a bucket that has none. */
export function retentionOf({ lock }: Bucket, wanted: Locking, now = new Date()): Retention | undefined {
  const { ObjectLockMode, ObjectLockRetainUntilDate } = wanted;
  if (ObjectLockMode === undefined && ObjectLockRetainUntilDate === undefined) {
    return lock?.rule && { mode: lock.rule.mode, until: new Date(now.getTime() + lock.rule.days * DAY) };
  }
  if (ObjectLockMode !== undefined && ObjectLockMode !== 'GOVERNANCE' && ObjectLockMode !== 'COMPLIANCE') {
    const members = { ArgumentName: 'x-amz-object-lock-mode', ArgumentValue: ObjectLockMode };
    throw new AwsError('InvalidArgument', 'Unknown wormMode directive.', { members });
  }
  if (lock === undefined) throw new AwsError('InvalidRequest', 'Bucket is missing Object Lock Configuration');
  return readRetention({ Mode: ObjectLockMode, RetainUntilDate: ObjectLockRetainUntilDate }, now);
}

function readRetention({ Mode, RetainUntilDate }: { Mode?: unknown; RetainUntilDate?: Date | undefined }, now: Date) {
  if ((Mode !== 'GOVERNANCE' && Mode !== 'COMPLIANCE') || RetainUntilDate === undefined) {
    const message = 'x-amz-object-lock-retain-until-date and x-amz-object-lock-mode must both be supplied';
    throw new AwsError('InvalidArgument', message);
  }
  if (RetainUntilDate.getTime() <= now.getTime()) {
    throw new AwsError('InvalidArgument', 'The retain until date must be in the future!');
  }
  return { mode: Mode, until: RetainUntilDate } as const;
}

/** What is not emulated is refused: a version that the writer believes to be held must not go. */
export function refuseLockMembers(input: object, names = ['ObjectLockMode', 'ObjectLockLegalHoldStatus']): void {
  for (const [name, value] of Object.entries(input)) {
    if (value === undefined || !names.includes(name)) continue;
    throw new AwsError('NotImplemented', `the sandbox does not emulate '${name}' here`, { status: 501 });
  }
}

/** S3 takes what it must keep only with a checksum of it. */
export function checkLockedWrite(bucket: Bucket, input: object, request: 'Object' | 'Part'): void {
  const names = Object.entries(input).flatMap(([name, value]) => (value === undefined ? [] : [name]));
  const isLocked = bucket.lock?.rule !== undefined || names.includes('ObjectLockMode');
  if (!isLocked || names.some((name) => name === 'ContentMD5' || name.startsWith('Checksum'))) return;
  const message = `Content-MD5 OR x-amz-checksum- HTTP header is required for Put ${request} requests with Object Lock parameters`;
  throw new AwsError('InvalidRequest', message);
}

/** Whether the version may go, or its lock be loosened. */
export function checkUnlocked(version: ObjectVersion | undefined, bypass: boolean | undefined): void {
  const { retention } = version ?? {};
  if (retention === undefined || retention.until.getTime() <= Date.now()) return;
  if (retention.mode === 'GOVERNANCE' && bypass === true) return;
  const message = 'Access Denied because object protected by object lock.';
  throw new AwsError('AccessDenied', message, { status: 403 });
}

export function lockMembers({ retention }: ObjectVersion) {
  return { ObjectLockMode: retention?.mode, ObjectLockRetainUntilDate: retention?.until };
}

export function objectLockOperations(buckets: BucketStore): Record<string, Operation> {
  return {
    PutObjectLockConfiguration: (input: client.PutObjectLockConfigurationCommandInput) => {
      putLock(buckets.get(input.Bucket), input.ObjectLockConfiguration);
    },

    GetObjectLockConfiguration: (input: client.GetObjectLockConfigurationCommandInput) => {
      const { lock } = buckets.get(input.Bucket);
      if (lock === undefined) {
        const message = 'Object Lock configuration does not exist for this bucket';
        throw new AwsError('ObjectLockConfigurationNotFoundError', message, { status: 404 });
      }
      const Rule = lock.rule && { DefaultRetention: { Mode: lock.rule.mode, Days: lock.rule.days } };
      return { ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled', Rule } };
    },

    PutObjectRetention: (input: client.PutObjectRetentionCommandInput) => {
      const bucket = buckets.get(input.Bucket);
      if (bucket.lock === undefined) {
        throw new AwsError('InvalidRequest', 'Bucket is missing Object Lock Configuration');
      }
      const version = findObject(bucket, input.Key, input.VersionId);
      const { Mode, RetainUntilDate } = input.Retention ?? {};
      if (Mode !== undefined) requireMode(Mode);
      const wanted =
        Mode === undefined && RetainUntilDate === undefined
          ? undefined
          : readRetention({ Mode, RetainUntilDate }, new Date());
      const isLonger =
        wanted !== undefined &&
        wanted.until.getTime() >= (version.retention?.until.getTime() ?? 0) &&
        (wanted.mode === version.retention?.mode || wanted.mode === 'COMPLIANCE');
      if (!isLonger) checkUnlocked(version, input.BypassGovernanceRetention);
      version.retention = wanted;
    },

    GetObjectRetention: (input: client.GetObjectRetentionCommandInput) => {
      const { retention } = findObject(buckets.get(input.Bucket), input.Key, input.VersionId);
      if (retention === undefined) {
        const message = 'The specified object does not have a ObjectLock configuration';
        throw new AwsError('NoSuchObjectLockConfiguration', message, { status: 404 });
      }
      return { Retention: { Mode: retention.mode, RetainUntilDate: retention.until } };
    },
  };
}

function requireMode(mode: string): void {
  if (mode !== 'GOVERNANCE' && mode !== 'COMPLIANCE') {
    const message = 'The XML you provided was not well-formed or did not validate against our published schema';
    throw new AwsError('MalformedXML', message);
  }
}

/** Throws as S3 does: there is no way back to a bucket without Object Lock, and none without versions. */
export function putLock(bucket: Bucket, configuration: client.ObjectLockConfiguration | undefined): void {
  if (bucket.versioning !== 'Enabled') {
    const message = "Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration";
    throw new AwsError('InvalidBucketState', message, { status: 409 });
  }
  const { Mode, Days, Years } = configuration?.Rule?.DefaultRetention ?? {};
  const days = Days ?? (Years === undefined ? undefined : Years * 365);
  const isRule = Mode !== undefined && days !== undefined && days > 0 && (Days === undefined || Years === undefined);
  if (Mode !== undefined) requireMode(Mode);
  if (configuration?.ObjectLockEnabled !== 'Enabled' || (configuration.Rule !== undefined && !isRule)) {
    throw new AwsError('MalformedXML', 'The XML you provided was not well-formed or did not validate');
  }
  bucket.lock = { rule: isRule ? { mode: Mode, days } : undefined };
}
