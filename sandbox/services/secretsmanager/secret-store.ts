import { randomBytes, randomUUID } from 'node:crypto';
import { AwsError } from '../../wire/aws-error.ts';

export type SecretVersion = {
  readonly id: string;
  readonly createdAt: Date;
  readonly text: string | undefined;
  readonly binary: Uint8Array | undefined;
  readonly stages: Set<string>;
};

export type Secret = {
  readonly arn: string;
  readonly name: string;
  readonly createdAt: Date;
  description: string | undefined;
  tags: Readonly<Record<string, string>>;
  changedAt: Date;
  deletedAt: Date | undefined;
  readonly versions: Map<string, SecretVersion>;
};

export type SecretValue = { readonly text?: string | undefined; readonly binary?: Uint8Array | undefined };

export type SecretStore = {
  /** `arn` is given by the template reader, whose stack refers to the secret by it. */
  create(
    name: string,
    options?: { description?: string | undefined; tags?: Record<string, string>; arn?: string },
  ): Secret;
  has(id: string | undefined): boolean;
  /** By name, by ARN, or by ARN without its six-character suffix. A deleted secret is found only when asked for. */
  get(id: string | undefined, options?: { deleted?: boolean }): Secret;
  putValue(
    secret: Secret,
    value: SecretValue,
    options?: { id?: string | undefined; stages?: readonly string[] },
  ): SecretVersion;
  remove(secret: Secret): void;
  list(): readonly Secret[];
};

const CURRENT = 'AWSCURRENT';
const PREVIOUS = 'AWSPREVIOUS';

export function makeSecretStore(account: string, region: string): SecretStore {
  const secrets = new Map<string, Secret>();
  const newArn = (name: string): string => `arn:aws:secretsmanager:${region}:${account}:secret:${name}-${suffix()}`;

  const find = (id = ''): Secret | undefined =>
    secrets.get(id) ??
    [...secrets.values()].find(({ arn }) => arn === id || arn.replace(/-[A-Za-z0-9]{6}$/, '') === id);

  return {
    list: () => [...secrets.values()],

    create(name, { description, tags = {}, arn = newArn(name) } = {}) {
      const existing = secrets.get(name);
      if (existing !== undefined) {
        throw existing.deletedAt === undefined
          ? new AwsError('ResourceExistsException', `The operation failed because the secret ${name} already exists.`)
          : new AwsError(
              'InvalidRequestException',
              "You can't create this secret because a secret with this name is already scheduled for deletion.",
            );
      }
      const now = new Date();
      const created = {
        arn,
        name,
        createdAt: now,
        changedAt: now,
        description,
        tags,
        deletedAt: undefined,
        versions: new Map(),
      };
      secrets.set(name, created);
      return created;
    },

    has: (id) => find(id) !== undefined,

    get(id = '', { deleted = false } = {}) {
      const found = find(id);
      if (found === undefined) {
        throw new AwsError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
      }
      if (found.deletedAt !== undefined && !deleted) {
        const message = "You can't perform this operation on the secret because it was marked for deletion.";
        throw new AwsError('InvalidRequestException', message);
      }
      return found;
    },

    putValue(secret, { text, binary }, { id = randomUUID(), stages = [CURRENT] } = {}) {
      const existing = secret.versions.get(id);
      if (existing !== undefined) {
        if (existing.text !== text) {
          const message = `You can't use ClientRequestToken ${id} because that value is already in use for a version of secret ${secret.arn}.`;
          throw new AwsError('ResourceExistsException', message);
        }
        return existing;
      }
      const version: SecretVersion = { id, createdAt: new Date(), text, binary, stages: new Set() };
      for (const stage of secret.versions.size === 0 ? [...stages, CURRENT] : stages) {
        moveStage(secret, version, stage);
      }
      secret.versions.set(id, version);
      secret.changedAt = version.createdAt;
      return version;
    },

    remove(secret) {
      secrets.delete(secret.name);
    },
  };
}

/** A stage is on one version only; the version that loses `AWSCURRENT` becomes `AWSPREVIOUS`. */
function moveStage(secret: Secret, to: SecretVersion, stage: string): void {
  for (const version of secret.versions.values()) {
    if (version.stages.delete(stage) && stage === CURRENT) {
      for (const other of secret.versions.values()) {
        other.stages.delete(PREVIOUS);
      }
      version.stages.add(PREVIOUS);
    }
  }
  to.stages.add(stage);
}

function suffix(): string {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
  return [...randomBytes(6)].map((byte) => letters.charAt(byte % letters.length)).join('');
}
