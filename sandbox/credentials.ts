import { randomBytes } from 'node:crypto';
import type { Caller } from './wire/service.ts';

export type TemporaryCredentials = {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expiration: Date;
};

/**
 * Who is behind an access key, and the secret with which he signs. The key must be known, and temporary credentials must
 * come with their session token before they expire.
 */
export type Credentials = {
  readonly account: string;
  /** The person at the keyboard: an administrator with a key pair of this sandbox alone, which it prints. */
  readonly operator: { readonly accessKeyId: string; readonly secretAccessKey: string; readonly caller: Caller };
  issue(roleArn: string, sessionName: string, durationSeconds?: number): TemporaryCredentials;
  find(accessKeyId: string, sessionToken?: string): Found;
};

export type Found =
  | { readonly kind: 'caller'; readonly caller: Caller; readonly secretAccessKey: string }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'expired'; readonly at: Date };

/** The default of `AssumeRole`: an hour. */
const DEFAULT_DURATION_SECONDS = 3600;

export function makeCredentials(options: { account?: string; now?: () => Date } = {}): Credentials {
  const account = options.account ?? '123456789012';
  const now = options.now ?? (() => new Date());
  const operatorKey = newAccessKeyId('AKIA');
  const operator = {
    accessKeyId: operatorKey,
    secretAccessKey: newSecret(),
    caller: { account, accessKeyId: operatorKey, arn: `arn:aws:iam::${account}:user/operator` },
  };
  type Issued = { caller: Caller; secretAccessKey: string; sessionToken: string; expiration: Date };
  const issued = new Map<string, Issued>();

  return {
    account,
    operator,

    issue(roleArn, sessionName, durationSeconds = DEFAULT_DURATION_SECONDS) {
      for (const [accessKeyId, entry] of issued) {
        // A key is forgotten a while after its end, so that its last user still learns that it expired.
        if (entry.expiration.getTime() + DEFAULT_DURATION_SECONDS * 1000 < now().getTime()) {
          issued.delete(accessKeyId);
        }
      }
      const accessKeyId = newAccessKeyId('ASIA');
      const secretAccessKey = newSecret();
      const caller = { ...roleCaller(account, roleArn, sessionName), accessKeyId };
      const sessionToken = randomBytes(48).toString('base64');
      const expiration = new Date(now().getTime() + durationSeconds * 1000);
      issued.set(accessKeyId, { caller, secretAccessKey, sessionToken, expiration });
      return { accessKeyId, secretAccessKey, sessionToken, expiration };
    },

    find(accessKeyId, sessionToken) {
      if (accessKeyId === operator.accessKeyId) {
        return { kind: 'caller', caller: operator.caller, secretAccessKey: operator.secretAccessKey };
      }
      const entry = issued.get(accessKeyId);
      if (entry === undefined || entry.sessionToken !== sessionToken) {
        return { kind: 'unknown' };
      }
      return entry.expiration <= now()
        ? { kind: 'expired', at: entry.expiration }
        : { kind: 'caller', caller: entry.caller, secretAccessKey: entry.secretAccessKey };
    },
  };
}

const newAccessKeyId = (kind: 'AKIA' | 'ASIA'): string => `${kind}${randomBytes(8).toString('hex').toUpperCase()}`;

const newSecret = (): string => randomBytes(30).toString('base64');

/** The session that a service holds when it acts with a role that it was given: EventBridge, Step Functions. */
export function roleCaller(account: string, roleArn: string, sessionName: string): Caller {
  const roleName = roleArn.split('/').pop() ?? roleArn;
  const arn = `arn:aws:sts::${account}:assumed-role/${roleName}/${sessionName}`;
  return { account, accessKeyId: 'ASIASANDBOXSERVICE00', arn, roleName };
}
