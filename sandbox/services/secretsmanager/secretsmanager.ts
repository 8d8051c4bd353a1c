import * as client from '@aws-sdk/client-secrets-manager';
import { AwsError } from '../../wire/aws-error.ts';
import type { CallContext, Service } from '../../wire/service.ts';
import { page } from '../pages.ts';
import { type Regional, regional } from '../regional.ts';
import { makeSecretStore, type Secret, type SecretStore, type SecretVersion } from './secret-store.ts';

export type SecretsManager = Service & { readonly secrets: Regional<SecretStore> };

/** The recovery window that AWS gives a deleted secret when the call names none. */
const RECOVERY_DAYS = 30;
const SHORTEST_RECOVERY_DAYS = 7;
const LARGEST_BYTES = 65_536;

export function makeSecretsManager({ account }: { readonly account: string }): SecretsManager {
  const secrets = regional((region) => makeSecretStore(account, region));

  return {
    id: 'secretsmanager',
    client,
    secrets,
    operations: {
      CreateSecret: (input: client.CreateSecretCommandInput, { region }: CallContext) => {
        const store = secrets.in(region);
        checkName(input.Name ?? '');
        checkValue(input);
        const secret = store.create(input.Name ?? '', { description: input.Description, tags: tagMap(input.Tags) });
        const version = hasValue(input)
          ? store.putValue(secret, givenValue(input), { id: input.ClientRequestToken })
          : undefined;
        return { ARN: secret.arn, Name: secret.name, VersionId: version?.id };
      },

      GetSecretValue: (input: client.GetSecretValueCommandInput, { region }: CallContext) => {
        const secret = secrets.in(region).get(input.SecretId);
        const version = findVersion(secret, input.VersionId, input.VersionStage);
        return {
          ARN: secret.arn,
          Name: secret.name,
          VersionId: version.id,
          SecretString: version.text,
          SecretBinary: version.binary,
          VersionStages: [...version.stages],
          CreatedDate: version.createdAt,
        };
      },

      PutSecretValue: (input: client.PutSecretValueCommandInput, { region }: CallContext) => {
        const store = secrets.in(region);
        const secret = store.get(input.SecretId);
        const stages = input.VersionStages === undefined ? {} : { stages: input.VersionStages };
        const version = store.putValue(secret, givenValue(input), { id: input.ClientRequestToken, ...stages });
        return { ARN: secret.arn, Name: secret.name, VersionId: version.id, VersionStages: [...version.stages] };
      },

      UpdateSecret: (input: client.UpdateSecretCommandInput, { region }: CallContext) => {
        const store = secrets.in(region);
        const secret = store.get(input.SecretId);
        secret.description = input.Description ?? secret.description;
        const version = hasValue(input)
          ? store.putValue(secret, givenValue(input), { id: input.ClientRequestToken })
          : undefined;
        return { ARN: secret.arn, Name: secret.name, VersionId: version?.id };
      },

      DescribeSecret: (input: client.DescribeSecretCommandInput, { region }: CallContext) => {
        return describe(secrets.in(region).get(input.SecretId, { deleted: true }));
      },

      ListSecrets: (input: client.ListSecretsCommandInput, { region }: CallContext) => {
        const wanted = secrets
          .in(region)
          .list()
          .filter((secret) => {
            const visible = secret.deletedAt === undefined || input.IncludePlannedDeletion === true;
            return visible && (input.Filters ?? []).every((filter) => matches(secret, filter));
          });
        const { items, next } = page(wanted, input.NextToken, input.MaxResults ?? 100);
        return { SecretList: items.map(describe), NextToken: next };
      },

      ListSecretVersionIds: (input: client.ListSecretVersionIdsCommandInput, { region }: CallContext) => {
        const secret = secrets.in(region).get(input.SecretId);
        const wanted = [...secret.versions.values()].filter(
          ({ stages }) => stages.size > 0 || input.IncludeDeprecated === true,
        );
        const { items, next } = page(wanted, input.NextToken, input.MaxResults ?? 100);
        return {
          ARN: secret.arn,
          Name: secret.name,
          Versions: items.map(({ id, stages, createdAt }) => ({
            VersionId: id,
            VersionStages: [...stages],
            CreatedDate: createdAt,
          })),
          NextToken: next,
        };
      },

      DeleteSecret: (input: client.DeleteSecretCommandInput, { region }: CallContext) => {
        const store = secrets.in(region);
        checkRecovery(input);
        if (input.ForceDeleteWithoutRecovery === true && !store.has(input.SecretId)) {
          // Whoever repeats a deletion must not fail at what it deleted before.
          return { Name: input.SecretId, DeletionDate: new Date() };
        }
        const secret = store.get(input.SecretId, { deleted: true });
        const days = input.ForceDeleteWithoutRecovery === true ? 0 : (input.RecoveryWindowInDays ?? RECOVERY_DAYS);
        secret.deletedAt = new Date(Date.now() + days * 86_400_000);
        if (input.ForceDeleteWithoutRecovery === true) {
          store.remove(secret);
        }
        return { ARN: secret.arn, Name: secret.name, DeletionDate: secret.deletedAt };
      },

      RestoreSecret: (input: client.RestoreSecretCommandInput, { region }: CallContext) => {
        const secret = secrets.in(region).get(input.SecretId, { deleted: true });
        secret.deletedAt = undefined;
        return { ARN: secret.arn, Name: secret.name };
      },
    },
  };
}

function checkName(name: string): void {
  if (!/^[\w/+=.@!-]{1,512}$/.test(name)) {
    const message =
      'Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!';
    throw new AwsError('ValidationException', message);
  }
}

function checkRecovery({
  RecoveryWindowInDays: days,
  ForceDeleteWithoutRecovery,
}: client.DeleteSecretCommandInput): void {
  if (days === undefined) return;
  if (ForceDeleteWithoutRecovery === true) {
    const message = "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.";
    throw new AwsError('InvalidParameterException', message);
  }
  if (!(days >= SHORTEST_RECOVERY_DAYS && days <= RECOVERY_DAYS)) {
    const message = `The RecoveryWindowInDays value must be between ${SHORTEST_RECOVERY_DAYS} and ${RECOVERY_DAYS} days (inclusive).`;
    throw new AwsError('ValidationException', message);
  }
}

/** One value, of at most 65,536 bytes. */
function checkValue({ SecretString, SecretBinary }: ValueInput): void {
  if (SecretString !== undefined && SecretBinary !== undefined) {
    const message = "You can't specify both a binary secret value and a string secret value in the same secret.";
    throw new AwsError('InvalidParameterException', message);
  }
  if (Math.max(Buffer.byteLength(SecretString ?? ''), SecretBinary?.byteLength ?? 0) > LARGEST_BYTES) {
    throw new AwsError('ValidationException', `The secret value is longer than ${LARGEST_BYTES} bytes.`);
  }
}

type ValueInput = { readonly SecretString?: string | undefined; readonly SecretBinary?: Uint8Array | undefined };

function hasValue(input: ValueInput): boolean {
  return input.SecretString !== undefined || input.SecretBinary !== undefined;
}

function givenValue(input: ValueInput): { text: string | undefined; binary: Uint8Array | undefined } {
  checkValue(input);
  if (!hasValue(input)) {
    const message = 'You must provide either SecretString or SecretBinary.';
    throw new AwsError('InvalidRequestException', message);
  }
  return { text: input.SecretString, binary: input.SecretBinary };
}

function findVersion(secret: Secret, id: string | undefined, stage: string | undefined): SecretVersion {
  const wanted = stage ?? (id === undefined ? 'AWSCURRENT' : undefined);
  const found = [...secret.versions.values()].find(
    (version) => (id === undefined || version.id === id) && (wanted === undefined || version.stages.has(wanted)),
  );
  if (found === undefined) {
    const what = id === undefined ? `staging label: ${wanted}` : `VersionId: ${id}`;
    throw new AwsError(
      'ResourceNotFoundException',
      `Secrets Manager can't find the specified secret value for ${what}`,
    );
  }
  return found;
}

function describe(secret: Secret) {
  return {
    ARN: secret.arn,
    Name: secret.name,
    Description: secret.description,
    CreatedDate: secret.createdAt,
    LastChangedDate: secret.changedAt,
    DeletedDate: secret.deletedAt,
    Tags: Object.entries(secret.tags).map(([Key, Value]) => ({ Key, Value })),
    VersionIdsToStages: Object.fromEntries([...secret.versions.values()].map(({ id, stages }) => [id, [...stages]])),
  };
}

function matches(secret: Secret, { Key, Values = [] }: client.Filter): boolean {
  const tags = Object.entries(secret.tags);
  const texts: Partial<Record<string, readonly string[]>> = {
    name: [secret.name],
    description: [secret.description ?? ''],
    'tag-key': tags.map(([key]) => key),
    'tag-value': tags.map(([, value]) => value),
    all: [secret.name, secret.description ?? '', ...tags.flat()],
  };
  const candidates = texts[Key ?? ''];
  if (candidates === undefined) {
    throw new AwsError('InvalidParameterException', `the sandbox does not emulate the filter '${Key}' of ListSecrets`);
  }
  return Values.some((value) => candidates.some((text) => text.startsWith(value)));
}

function tagMap(tags: readonly client.Tag[] = []): Record<string, string> {
  return Object.fromEntries(tags.map(({ Key = '', Value = '' }) => [Key, Value]));
}
