import * as z from 'zod/mini';
import { instanceClass, amount as money, positive, schedule } from './checked-values.ts';

const count = (minimum: number, maximum: number, text: string) =>
  z.int().check(z.gte(minimum), z.lte(maximum), z.describe(text));

const price = (unit: string) => positive(`What ${unit} costs a month, in \`currency\`.`);
const named = z.string().check(z.minLength(1));
const prices = (unit: string, key: typeof named = named) => z._default(z.record(key, price(unit)), {});

/** When something is waste, and what it costs. A price that is not here is reported as unknown. */
const Waste = z.strictObject({
  graceDays: count(1, 90, 'What is younger is no waste yet.'),
  oldDays: count(30, 3660, 'From this age on a snapshot or an image is old.'),
  prices: z.strictObject({
    volumeGb: prices('a GB of an EBS volume of this type'),
    snapshotGb: z.optional(price('a GB of an EBS snapshot')),
    bucketGb: z.optional(price('a GB in S3 Standard')),
    address: z.optional(price('a public IPv4 address')),
    loadBalancer: prices('a load balancer of this type without its capacity units'),
  }),
});
const proofPrices = (text: string, key: typeof named = named) =>
  z.record(key, positive('In `currency`.')).check(z.describe(text));

/** Of a stage, or of each that has none of its own. */
export const Caps = z
  .strictObject({
    drill: positive('A scheduled proof that may cost more takes its snapshot, and does not restore it.'),
    month: positive('Nor does one with which the proofs of a month may cost more than this.'),
    unpriced: z
      ._default(z.enum(['allowed', 'refused']), 'allowed')
      .check(z.describe('What becomes of a scheduled proof whose class or storage type has no price.')),
  })
  .check(z.describe('Nothing that a person starts is ever stopped by them.'));

/** What the cost report is reported about money: amounts are in `currency`. */
export const Costs = z.strictObject({
  schedule: schedule('cron(0 12 * * ? *)'),
  currency: z.string().check(z.regex(/^[A-Z]{3}$/, { error: "a currency such as 'USD'" })),
  settleDays: count(1, 7, 'A day is reported when it is so many days old: AWS books late.'),
  historyDays: count(60, 400, 'Days of the past that a day is compared with; Cost Explorer keeps 14 months.'),
  minimumMoney: money('An excess below this amount a day is reported to nobody.'),
  minimumShare: z
    .number()
    .check(z.gte(0), z.lte(10), z.describe('An excess below this share of the expected cost is reported to nobody.')),
  minimumMissingMoney: money('A cost below this amount a day may disappear without a word.'),
  tag: z.string().check(z.minLength(1), z.describe('Cost allocation tag by which spending is attributed.')),
  prices: z
    .strictObject({
      instanceHour: proofPrices(
        'Of an instance class in one zone, an hour. A class that is not here has no known price.',
        instanceClass,
      ),
      storageGbMonth: proofPrices('Of a storage type, a GB and month.'),
      snapshotGbMonth: positive('Of a manual snapshot, a GB and month.'),
      transferGb: positive('Of a snapshot copied to the second region, a GB.'),
    })
    .check(
      z.describe(
        'By which a proof is priced before it runs, and waste of databases; from the price list of the region.',
      ),
    ),
  caps: Caps,
  severities: z.strictObject({
    P2: positive('An excess of this amount a day is a P2.'),
    P3: positive('An excess of this amount a day is a P3; what is below it, a P4.'),
  }),
  waste: Waste,
});

export type Costs = z.infer<typeof Costs>;
