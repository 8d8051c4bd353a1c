import { AwsError } from '../../wire/aws-error.ts';
import type { ObjectVersion } from './bucket-store.ts';

type Conditions = {
  readonly IfMatch?: string | undefined;
  readonly IfNoneMatch?: string | undefined;
  readonly IfModifiedSince?: Date | undefined;
  readonly IfUnmodifiedSince?: Date | undefined;
};

/** Conditional writes: `If-None-Match: *` creates only, `If-Match` replaces only what was read. */
export function checkWrite(current: ObjectVersion | undefined, { IfMatch, IfNoneMatch }: Conditions): void {
  if (IfNoneMatch !== undefined) {
    if (IfNoneMatch !== '*') {
      const message = 'A header you provided implies functionality that is not implemented';
      throw new AwsError('NotImplemented', message, { status: 501, members: { Header: 'If-None-Match' } });
    }
    if (current !== undefined) {
      throw preconditionFailed('If-None-Match');
    }
  }
  if (IfMatch !== undefined) {
    if (current === undefined) {
      throw new AwsError('NoSuchKey', 'The specified key does not exist.', { status: 404 });
    }
    if (!sameTag(current.etag, IfMatch)) {
      throw preconditionFailed('If-Match');
    }
  }
}

/** Conditional reads; 304 has no body, so its error reaches the SDK as `NotModified` by its status. */
export function checkRead(version: ObjectVersion, conditions: Conditions): void {
  const modified = Math.floor(version.lastModified.getTime() / 1000) * 1000;
  const { IfMatch, IfNoneMatch, IfModifiedSince, IfUnmodifiedSince } = conditions;
  if (IfMatch !== undefined && !sameTag(version.etag, IfMatch)) {
    throw preconditionFailed('If-Match');
  }
  if (IfMatch === undefined && IfUnmodifiedSince !== undefined && modified > IfUnmodifiedSince.getTime()) {
    throw preconditionFailed('If-Unmodified-Since');
  }
  const unchanged = IfNoneMatch !== undefined && sameTag(version.etag, IfNoneMatch);
  const notSince = IfNoneMatch === undefined && IfModifiedSince !== undefined && modified <= IfModifiedSince.getTime();
  if (unchanged || notSince) {
    throw new AwsError('NotModified', 'Not Modified', { status: 304 });
  }
}

function sameTag(etag: string, wanted: string): boolean {
  return wanted === '*' || wanted.split(',').some((one) => one.trim().replaceAll('"', '') === etag.replaceAll('"', ''));
}

function preconditionFailed(condition: string): AwsError {
  const message = 'At least one of the pre-conditions you specified did not hold';
  return new AwsError('PreconditionFailed', message, { status: 412, members: { Condition: condition } });
}
