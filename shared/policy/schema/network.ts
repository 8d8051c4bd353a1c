import * as z from 'zod/mini';
import { describe, matching, region } from './checked-values.ts';

export const Network = z.strictObject({
  vpcId: matching(/^vpc-[0-9a-f]+$/, "a VPC id such as 'vpc-0a1b2c3d'"),
  subnetIds: z.array(matching(/^subnet-[0-9a-f]+$/, "a subnet id such as 'subnet-0a1b2c3d'")).check(z.minLength(2)),
  databaseSubnetGroup: z.string().check(z.minLength(1), describe('DB subnet group for throw-away copies.')),
});

/** The stage is deployed there, too: what is missing among the copies is alarmed about there. */
export const SecondRegion = z.strictObject({
  region: region.check(describe('Every snapshot is copied there.')),
  kmsKeyId: matching(
    /^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/.+$/,
    "the ARN of a KMS key ('arn:aws:kms:<region>:<account>:key/<id>')",
  ).check(describe('The key of that region with which the copies are encrypted.')),
  proofs: z
    ._default(z.enum(['original', 'alternate']), 'original')
    .check(describe('Which is restored: the snapshot always, or one night the snapshot and the next night its copy.')),
  replicatedBackups: z.optional(
    z
      .strictObject({
        lagSeconds: z._default(z.int().check(z.minimum(600), z.maximum(86_400)), 1800),
      })
      .check(
        describe('Automated backups are replicated there, too; an alarm rings when they are further behind than this.'),
      ),
  ),
  network: z.optional(Network),
});
