import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod/mini';
import { AccessDeniedError, AwsUnavailableError, SecretUnreadableError } from '../errors.ts';
import { callAws } from './call.ts';

/** The form of RDS's own secrets; other members (host, port, engine) are not used: the instance tells its endpoint. */
const DatabaseSecret = z.object({
  username: z.string().check(z.minLength(1)),
  password: z.string().check(z.minLength(1)),
});
export type DatabaseSecret = z.infer<typeof DatabaseSecret>;

export type Secrets = { readDatabaseSecret(arn: string): Promise<DatabaseSecret> };

/** Throws SecretUnreadableError when the secret is missing or has another form. The text of the secret is never told. */
export function makeSecrets(client = new SecretsManagerClient({ maxAttempts: 5 })): Secrets {
  return {
    async readDatabaseSecret(arn) {
      const command = new GetSecretValueCommand({ SecretId: arn });
      const found = await callAws(`read secret '${arn}'`, (options) => client.send(command, options)).catch(
        (error: unknown) => {
          if (error instanceof AccessDeniedError || error instanceof AwsUnavailableError) throw error;
          throw new SecretUnreadableError(`secret '${arn}' cannot be read`, {
            hints: ["Compare 'secretArn' in operations.yml with Secrets Manager."],
            cause: error,
          });
        },
      );
      const parsed = DatabaseSecret.safeParse(parseJson(found.SecretString));
      if (parsed.success) return { username: parsed.data.username, password: parsed.data.password };
      throw new SecretUnreadableError(`secret '${arn}' has no "username" and "password"`, {
        hints: ['Store {"username": "gameday", "password": "…"} as the secret string.'],
      });
    },
  };
}

function parseJson(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}
