import { daysSince, type Holding, type Verdict, type WasteRule } from './finding.ts';
import { priced, type WastePrices } from './prices.ts';

export type LifecycleRule = {
  readonly isEnabled: boolean;
  /** For every key of the bucket. */
  readonly isForAll: boolean;
  /** After so many days an upload that was not completed is removed. */
  readonly abortsAfterDays: number | undefined;
};

/** A multipart upload that nobody completed: its parts are billed and in no listing of objects. */
export type Upload = { readonly key: string; readonly uploadId: string; readonly initiatedAt: Date | undefined };
export type MeasuredUpload = Upload & { readonly bytes: number };

export type Bucket = Holding & {
  readonly rules: readonly LifecycleRule[];
  readonly uploads: readonly Upload[];
};

/** In how many days a new rule should end an upload. */
const abortAfterDays = 7;
const gigabyte = 1e9;

const put = ({ id, region }: Bucket, rule: object): string =>
  `aws s3api put-bucket-lifecycle-configuration --region ${region} --bucket ${id} --lifecycle-configuration '${JSON.stringify({ Rules: [rule] })}'`;
const abortRule = {
  ID: 'abort-incomplete-uploads',
  Status: 'Enabled',
  Filter: {},
  AbortIncompleteMultipartUpload: { DaysAfterInitiation: abortAfterDays },
};

/** Which metric reports how much a bucket holds. S3 measures once a day. */
export const sizeQuestion = ({ id }: Bucket) =>
  ({
    namespace: 'AWS/S3',
    name: 'BucketSizeBytes',
    dimensions: { BucketName: id, StorageType: 'StandardStorage' },
    statistic: 'Average',
  }) as const;

/** A bucket in which nothing ever ends. One without a size is empty or not measured, and is not assessed. */
export function assessLifecycle(
  bucket: Bucket,
  bytes: number | undefined,
  { bucketGb }: WastePrices,
): Verdict | undefined {
  if (bytes === undefined || !(bytes > 0) || bucket.rules.some(({ isEnabled }) => isEnabled)) return undefined;
  const gigabytes = Math.ceil(bytes / gigabyte);
  const { aMonth, basis } = priced(bucketGb, gigabytes, 'GB', 'bucketGb');
  return {
    kind: 'bucket-without-lifecycle',
    aMonth: null,
    basis: aMonth === null ? basis : `what may go is the owner's to say; all of it is ${aMonth} a month: ${basis}`,
    evidence: `${bucket.rules.length === 0 ? 'no lifecycle rule' : 'no lifecycle rule is enabled'}, ${gigabytes} GB in S3 Standard`,
    difficulty: 'careful',
    action: `say when its objects may move or end, and at least: ${put(bucket, abortRule)}${bucket.rules.length === 0 ? '' : ', with the rules that are there: this call replaces them'}`,
  };
}

/** Those that are older than the grace and that no rule of the bucket will end. */
export function oldUploads({ rules, uploads }: Bucket, { graceDays }: WasteRule, now: Date): readonly Upload[] {
  if (rules.some((rule) => rule.isEnabled && rule.isForAll && rule.abortsAfterDays !== undefined)) return [];
  return uploads.filter(({ initiatedAt }) => initiatedAt !== undefined && daysSince(initiatedAt, now) >= graceDays);
}

/** `measured` are the old uploads whose parts were added up; there may be more of them. */
export function assessUploads(
  bucket: Bucket,
  old: readonly Upload[],
  measured: readonly MeasuredUpload[],
  { bucketGb }: WastePrices,
  now: Date,
): Verdict | undefined {
  if (old.length === 0) return undefined;
  const gigabytes = Math.round(measured.reduce((sum, { bytes }) => sum + bytes, 0) / (gigabyte / 1000)) / 1000;
  const { aMonth, basis } = priced(bucketGb, gigabytes, 'GB', 'bucketGb');
  const oldest = Math.max(
    ...old.map(({ initiatedAt }) => (initiatedAt === undefined ? 0 : daysSince(initiatedAt, now))),
  );
  const isWhole = measured.length === old.length;
  return {
    kind: 'incomplete-uploads',
    aMonth,
    basis: aMonth === null || isWhole ? basis : `at least ${basis}: ${measured.length} of the uploads were measured`,
    evidence: `${old.length === 1 ? '1 multipart upload' : `${old.length} multipart uploads`} never completed, the oldest ${oldest} days old, ended by no lifecycle rule`,
    difficulty: 'easy',
    action:
      put(bucket, abortRule) +
      (bucket.rules.length === 0 ? '' : ', with the rules that are there: this call replaces them'),
  };
}
