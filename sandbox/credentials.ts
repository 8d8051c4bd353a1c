import { randomBytes } from 'node:crypto';
import type { Caller } from './wire/service.ts';

export type TemporaryCredentials = {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expiration: Date;
};

/**
 * Who is behind an access key. Signatures are not verified, because the endpoint listens on loopback only; the key
 * must be known, and temporary credentials must come with their session token before they expire.
 */
export type Credentials = {
  readonly account: string;
  /** The person at the keyboard: an administrator with a fixed key pair that the sandbox prints. */
  readonly operator: { readonly accessKeyId: string; readonly secretAccessKey: string; readonly caller: Caller };
  issue(roleArn: string, sessionName: string, durationSeconds?: number): TemporaryCredentials;
  find(accessKeyId: string, sessionToken?: string): Found;
};

export type Found =
  | { readonly kind: 'caller'; readonly caller: Caller }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'expired'; readonly at: Date };

/** The default of `AssumeRole`: an hour. */
const DEFAULT_DURATION_SECONDS = 3600;

export function makeCredentials(options: { account?: string; now?: () => Date } = {}): Credentials {
  const account = options.account ?? '123456789012';
  const now = options.now ?? (() => new Date());
  const operator = {
    accessKeyId: 'AKIASANDBOXOPERATOR0',
    secretAccessKey: 'sandbox/operator/not/a/secret/0000000000',
    caller: { account, accessKeyId: 'AKIASANDBOXOPERATOR0', arn: `arn:aws:iam::${account}:user/operator` },
  };
  const issued = new Map<string, { caller: Caller; sessionToken: string; expiration: Date }>();

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
      const accessKeyId = `ASIA${randomBytes(10).toString('hex').toUpperCase().slice(0, 16)}`;
      const caller = { ...roleCaller(account, roleArn, sessionName), accessKeyId };
      const sessionToken = randomBytes(48).toString('base64');
      const expiration = new Date(now().getTime() + durationSeconds * 1000);
      issued.set(accessKeyId, { caller, sessionToken, expiration });
      return { accessKeyId, secretAccessKey: randomBytes(30).toString('base64'), sessionToken, expiration };
    },

    find(accessKeyId, sessionToken) {
      if (accessKeyId === operator.accessKeyId) {
        return { kind: 'caller', caller: operator.caller };
      }
      const entry = issued.get(accessKeyId);
      if (entry === undefined || entry.sessionToken !== sessionToken) {
        return { kind: 'unknown' };
      }
      return entry.expiration <= now()
        ? { kind: 'expired', at: entry.expiration }
        : { kind: 'caller', caller: entry.caller };
    },
  };
}

/** The session that a service holds when it acts with a role that it was given: EventBridge, Step Functions. */
export function roleCaller(account: string, roleArn: string, sessionName: string): Caller {
  const roleName = roleArn.split('/').pop() ?? roleArn;
  const arn = `arn:aws:sts::${account}:assumed-role/${roleName}/${sessionName}`;
  return { account, accessKeyId: 'ASIASANDBOXSERVICE00', arn, roleName };
}
