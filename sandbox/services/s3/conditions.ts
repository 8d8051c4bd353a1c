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
  if (IfNoneMatch !== undefined && IfMatch !== undefined) {
    throw notImplemented('If-Match,If-None-Match');
  }
  if (IfMatch === '*') {
    throw notImplemented('If-Match');
  }
  if (IfNoneMatch !== undefined) {
    if (IfNoneMatch !== '*') {
      throw notImplemented('If-None-Match');
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
  // A time that has not come yet is no condition.
  const since = (IfModifiedSince?.getTime() ?? Infinity) <= Date.now() ? IfModifiedSince : undefined;
  const notSince = IfNoneMatch === undefined && since !== undefined && modified <= since.getTime();
  if (unchanged || notSince) {
    throw new AwsError('NotModified', 'Not Modified', { status: 304 });
  }
}

function sameTag(etag: string, wanted: string): boolean {
  return wanted === '*' || wanted.split(',').some((one) => one.trim().replaceAll('"', '') === etag.replaceAll('"', ''));
}

/**
 * The end of an upload in parts under a condition: it conflicts with whoever deleted or wrote the object after the upload
 * began, though the condition itself holds.
 */
export function checkCompletion(
  current: ObjectVersion | undefined,
  upload: { readonly initiated: Date; readonly replaces: boolean },
  conditions: Conditions,
): void {
  checkWrite(current, conditions);
  if (conditions.IfNoneMatch !== undefined && upload.replaces) {
    throw conflict('If-None-Match');
  }
  if (conditions.IfMatch !== undefined && current !== undefined && upload.initiated < current.lastModified) {
    throw conflict('If-Match');
  }
}

function conflict(condition: string): AwsError {
  const message = 'The conditional request cannot succeed due to a conflicting operation against this resource.';
  return new AwsError('ConditionalRequestConflict', message, { status: 409, members: { Condition: condition } });
}

/** What a general purpose bucket refuses of the conditions that directory buckets know. */
export function refuseDirectoryConditions(input: {
  readonly IfMatchSize?: number | undefined;
  readonly IfMatchLastModifiedTime?: Date | undefined;
}): void {
  if (input.IfMatchSize !== undefined) throw notImplemented('x-amz-if-match-size');
  if (input.IfMatchLastModifiedTime !== undefined) throw notImplemented('x-amz-if-match-last-modified-time');
}

function notImplemented(header: string): AwsError {
  const message = 'A header you provided implies functionality that is not implemented';
  return new AwsError('NotImplemented', message, { status: 501, members: { Header: header } });
}

function preconditionFailed(condition: string): AwsError {
  const message = 'At least one of the pre-conditions you specified did not hold';
  return new AwsError('PreconditionFailed', message, { status: 412, members: { Condition: condition } });
}
