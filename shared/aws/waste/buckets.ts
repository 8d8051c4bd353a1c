import type { WasteFinding } from '../../contracts/waste.ts';
import {
  assessLifecycle,
  assessUploads,
  type Bucket,
  type MeasuredUpload,
  oldUploads,
  sizeQuestion,
} from '../../domain/waste/buckets.ts';
import { assessed } from '../../domain/waste/finding.ts';
import type { WasteSetting } from '../../rules/waste.ts';
import { readMetrics } from '../cloudwatch.ts';
import { bucketsIn } from '../s3/buckets.ts';
import { refusalOf, type WasteScan } from './look.ts';

/** The parts of so many uploads to one bucket are added up: each takes a call. */
const measuredUploads = 20;
const secondsPerDay = 86_400;
/** S3 reports a day's size within two days. */
const sizeDays = 3;

/** Buckets of one region; one that refuses is named beside the others. */
export function scansOfBuckets(region: string, { rule, prices }: WasteSetting, now: Date): readonly WasteScan[] {
  const { list, look, measure } = bucketsIn(region);
  return [
    {
      part: 'buckets',
      region,
      async read(miss) {
        const orMiss = async <T>(what: string, ask: () => Promise<T>): Promise<T | undefined> => {
          try {
            return await ask();
          } catch (error) {
            if (refusalOf(error) === undefined) throw error;
            miss(what, error);
            return undefined;
          }
        };
        const buckets: Bucket[] = [];
        for (const named of await list()) {
          const bucket = await orMiss(`bucket ${named.id}`, () => look(named));
          if (bucket !== undefined) buckets.push(bucket);
        }
        const from = new Date(now.getTime() - sizeDays * secondsPerDay * 1000);
        const sizes = await orMiss('sizes of buckets', () =>
          readMetrics(region, buckets.map(sizeQuestion), { from, to: now, period: secondsPerDay }),
        );
        const bytesOf = new Map(buckets.map(({ id }, index) => [id, sizes?.[index]?.at(-1)?.value]));
        const findings: WasteFinding[] = assessed(
          buckets,
          (one) => assessLifecycle(one, bytesOf.get(one.id), prices),
          rule,
          now,
        );
        for (const bucket of buckets) {
          const old = oldUploads(bucket, rule, now);
          const measured: MeasuredUpload[] = [];
          for (const upload of old.slice(0, measuredUploads)) {
            const parts = await orMiss(`upload to ${bucket.id}`, () => measure(bucket.id, upload));
            if (parts !== undefined) measured.push(parts);
          }
          findings.push(...assessed([bucket], (one) => assessUploads(one, old, measured, prices, now), rule, now));
        }
        return findings;
      },
    },
  ];
}
