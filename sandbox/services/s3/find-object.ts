import { AwsError } from '../../wire/aws-error.ts';
import type { Bucket, ObjectVersion } from './bucket-store.ts';

/** The newest version of a key, or the one that is named. Throws as S3 does. */
export function findObject(bucket: Bucket, key = '', versionId?: string): ObjectVersion {
  const versions = bucket.objects.get(key) ?? [];
  const version = versionId === undefined ? versions[0] : versions.find((one) => one.versionId === versionId);
  if (version === undefined && versionId !== undefined) {
    throw new AwsError('NoSuchVersion', 'The specified version does not exist.', {
      status: 404,
      members: { Key: key },
    });
  }
  if (version === undefined || (version.deleteMarker && versionId === undefined)) {
    throw new AwsError('NoSuchKey', 'The specified key does not exist.', { status: 404, members: { Key: key } });
  }
  if (version.deleteMarker) {
    const message = 'The specified method is not allowed against this resource.';
    throw new AwsError('MethodNotAllowed', message, { status: 405 });
  }
  return version;
}
