import {
  GetSecretValueCommand,
  ListSecretVersionIdsCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import * as z from 'zod/mini';
import { AccessDeniedError, AwsUnavailableError, SecretUnreadableError } from '../errors.ts';
import { callAws, undefinedWhen } from './call.ts';

/** The form of RDS's own secrets; other members (host, port, engine) are not used: the instance reports its endpoint. */
const DatabaseSecret = z.object({
  username: z.string().check(z.minLength(1)),
  password: z.string().check(z.minLength(1)),
});
export type DatabaseSecret = z.infer<typeof DatabaseSecret>;

/** An incoming webhook: who knows the address may write. */
const SlackSecret = z.object({ webhookUrl: z.string().check(z.minLength(1)) });
/** An integration of type Events API v2. `eventsUrl` of the service region, when it is not that of the US. */
const PagerDutySecret = z.object({
  routingKey: z.string().check(z.minLength(1)),
  eventsUrl: z._default(z.string(), 'https://events.pagerduty.com/v2/enqueue'),
  /** Of webhooks v3 that come from there; two while one is exchanged. */
  webhookSecrets: z._default(z.array(z.string()), []),
});
/** Signs the links by which people answer. The template has it made. */
const LinkSecret = z.object({ key: z.string().check(z.minLength(32)) });

export type Secrets = {
  readDatabaseSecret(arn: string): Promise<DatabaseSecret>;
  /**
   * What the secret was before, newest first and at most `most`: the previous version, and older ones without a label,
   * of which Secrets Manager keeps up to a hundred. Versions of another form are left out.
   */
  readEarlierDatabaseSecrets(arn: string, most: number): Promise<DatabaseSecret[]>;
  readSlackSecret(arn: string): Promise<z.infer<typeof SlackSecret>>;
  readPagerDutySecret(arn: string): Promise<z.infer<typeof PagerDutySecret>>;
  readLinkSecret(arn: string): Promise<string>;
};

/**
 * Reads the secrets of its own region: in the second one these are replicas, which bear the name and the suffix of their
 * originals. Throws SecretUnreadableError when the secret is missing or has another form. The text of the
 * secret is never reported.
 */
export function makeSecrets(client = new SecretsManagerClient({ maxAttempts: 5 })): Secrets {
  async function read<Schema extends z.core.$ZodType>(
    arn: string,
    schema: Schema,
    { lacks, form }: { readonly lacks: string; readonly form: string },
  ): Promise<z.output<Schema>> {
    const SecretId = inRegion(arn, await client.config.region());
    const command = new GetSecretValueCommand({ SecretId });
    const found = await callAws(`read secret '${SecretId}'`, (options) => client.send(command, options)).catch(
      (error: unknown) => {
        if (error instanceof AccessDeniedError || error instanceof AwsUnavailableError) throw error;
        throw new SecretUnreadableError(`secret '${SecretId}' cannot be read`, {
          hints: [
            SecretId === arn
              ? "Compare 'secretArn' in operations.yml with Secrets Manager."
              : `Replicate '${arn}' to this region in Secrets Manager.`,
          ],
          cause: error,
        });
      },
    );
    const parsed = z.safeParse(schema, parseJson(found.SecretString));
    if (parsed.success) return parsed.data;
    throw new SecretUnreadableError(`secret '${SecretId}' has no ${lacks}`, {
      hints: [`Store ${form} as the secret string.`],
    });
  }
  async function versionsOf(arn: string): Promise<string[]> {
    const SecretId = inRegion(arn, await client.config.region());
    const versions: { id: string; at: number }[] = [];
    let NextToken: string | undefined;
    do {
      const command = new ListSecretVersionIdsCommand({
        SecretId,
        IncludeDeprecated: true,
        ...(NextToken === undefined ? {} : { NextToken }),
      });
      const found = await callAws(`list the versions of secret '${SecretId}'`, (options) =>
        client.send(command, options),
      );
      for (const { VersionId = '', VersionStages = [], CreatedDate } of found.Versions ?? []) {
        if (!VersionStages.includes('AWSCURRENT')) versions.push({ id: VersionId, at: CreatedDate?.getTime() ?? 0 });
      }
      NextToken = found.NextToken;
    } while (NextToken !== undefined);
    return versions.sort((left, right) => right.at - left.at).map(({ id }) => id);
  }
  return {
    async readEarlierDatabaseSecrets(arn, most) {
      const SecretId = inRegion(arn, await client.config.region());
      const secrets: DatabaseSecret[] = [];
      for (const VersionId of (await versionsOf(arn)).slice(0, most)) {
        const command = new GetSecretValueCommand({ SecretId, VersionId });
        const found = await callAws(`read a version of secret '${SecretId}'`, (options) =>
          client.send(command, options),
        ).catch(undefinedWhen('ResourceNotFoundException'));
        const parsed = z.safeParse(DatabaseSecret, parseJson(found?.SecretString));
        if (parsed.success) secrets.push(parsed.data);
      }
      return secrets;
    },
    readDatabaseSecret: (arn) =>
      read(arn, DatabaseSecret, {
        lacks: '"username" and "password"',
        form: '{"username": "gameday", "password": "…"}',
      }),
    readSlackSecret: (arn) =>
      read(arn, SlackSecret, { lacks: '"webhookUrl"', form: '{"webhookUrl": "https://hooks.slack.com/services/…"}' }),
    readPagerDutySecret: (arn) => read(arn, PagerDutySecret, { lacks: '"routingKey"', form: '{"routingKey": "…"}' }),
    readLinkSecret: async (arn) =>
      (await read(arn, LinkSecret, { lacks: '"key" of 32 letters or more', form: '{"key": "…"}' })).key,
  };
}

const inRegion = (arn: string, region: string) => arn.replace(/(:secretsmanager:)[^:]+/, `$1${region}`);

function parseJson(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}
