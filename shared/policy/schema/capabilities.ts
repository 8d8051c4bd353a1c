import * as z from 'zod/mini';

const name = z.string().check(z.minLength(1), z.maxLength(63));

/** Roles of a database beside the one that reads: each is made by the bootstrap when it is named, with a secret of its own. */
export function capabilityPolicy(secretArn: z.ZodMiniString) {
  const secret = (role: string) => secretArn.check(z.describe(`Secret with {"username", "password"} of ${role}.`));
  return z.strictObject({
    monitor: z.optional(z.strictObject({ secretArn: secret('gameday_monitor') })),
    maintain: z.optional(z.strictObject({ secretArn: secret('gameday_maintain') })),
    fence: z.optional(
      z.strictObject({
        secretArn: secret('gameday_fence'),
        roles: z.array(name).check(z.minLength(1), z.describe('Roles that applications log in as.')),
      }),
    ),
    replicate: z.optional(
      z.strictObject({
        secretArn: secret('gameday_replicate'),
        publication: z.optional(
          name.check(z.describe('Publication of the source that the second region subscribes to.')),
        ),
        owners: z.optional(
          z
            .array(name)
            .check(
              z.describe('Roles that own the tables to be replicated; gameday_replicate becomes a member of them.'),
            ),
        ),
      }),
    ),
    remedy: z.optional(z.strictObject({ secretArn: secret('gameday_remedy') })),
    restore: z.optional(z.strictObject({ secretArn: secret('gameday_restore') })),
  });
}
