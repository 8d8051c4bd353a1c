import type { Collected, EncryptionKey } from './facts.ts';
import { type Finding, must, unseen } from './finding.ts';

/** What RDS does with a key on behalf of whoever restores or copies an encrypted snapshot. */
const needed = ['kms:creategrant', 'kms:decrypt', 'kms:describekey', 'kms:generatedatakey'];

type Statement = {
  readonly Effect?: string;
  readonly Principal?: unknown;
  readonly Action?: unknown;
  readonly Condition?: unknown;
};

/**
 * Whether a key policy lets the account use the key: one or more statements that name the account itself, or everybody
 * behind `kms:CallerAccount`, allow all that RDS needs, and none takes it away. A statement for single roles does not
 * count: it would have to name every role that restores. The policy of an AWS managed key is such an open one.
 */
export function keyPolicyServes(policyText: string, account: string): boolean {
  const statements = statementsOf(policyText);
  const covers = (statement: Statement, action: string) =>
    asList(statement.Action).some((pattern) => matches(pattern.toLowerCase(), action));
  return needed.every(
    (action) =>
      statements.some(
        (statement) => statement.Effect === 'Allow' && isForAccount(statement, account) && covers(statement, action),
      ) &&
      !statements.some(
        (statement) =>
          statement.Effect === 'Deny' &&
          statement.Condition === undefined &&
          isForAccount(statement, account, '*') &&
          covers(statement, action),
      ),
  );
}

/** Whether a key policy lets a service of AWS do all of `actions`, whatever it is asked for. */
export function keyPolicyAllowsService(policyText: string, service: string, actions: readonly string[]): boolean {
  const isForService = ({ Principal }: Statement) => {
    const { Service } = (typeof Principal === 'object' ? Principal : {}) as { Service?: unknown };
    return asList(Service).includes(service);
  };
  return actions.every((action) =>
    statementsOf(policyText).some(
      (statement) =>
        statement.Effect === 'Allow' &&
        isForService(statement) &&
        asList(statement.Action).some((pattern) => matches(pattern.toLowerCase(), action)),
    ),
  );
}

function statementsOf(text: string): readonly Statement[] {
  try {
    const { Statement } = JSON.parse(text) as { Statement?: Statement | Statement[] };
    return Array.isArray(Statement) ? Statement : Statement === undefined ? [] : [Statement];
  } catch {
    return [];
  }
}

function isForAccount({ Principal, Condition }: Statement, account: string, everybody?: '*'): boolean {
  const principals =
    typeof Principal === 'string' ? [Principal] : asList((Principal as { AWS?: unknown } | undefined)?.AWS);
  if (principals.includes(account) || principals.includes(`arn:aws:iam::${account}:root`)) return true;
  if (!principals.includes('*')) return false;
  const { StringEquals } = (Condition ?? {}) as { StringEquals?: Record<string, unknown> };
  return everybody === '*' || asList(StringEquals?.['kms:CallerAccount']).includes(account);
}

const asList = (value: unknown): readonly string[] =>
  (Array.isArray(value) ? value : [value]).filter((one): one is string => typeof one === 'string');

const matches = (pattern: string, action: string): boolean =>
  new RegExp(
    `^${pattern
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
  ).test(action);

/** `why`: what does not work without the key. */
export function checkKey(
  keyId: string,
  account: string,
  key: Collected<EncryptionKey | undefined>,
  why: string,
): Finding[] {
  if (!key.seen) return [unseen('key can be used', keyId, key.reason)];
  const enabled = must('key is enabled', keyId, {
    holds: key.value?.state === 'Enabled',
    observed: key.value?.state ?? 'no such key',
    remedy: `aws kms enable-key --key-id ${keyId}: ${why}.`,
  });
  if (key.value === undefined) return [enabled];
  const serves = keyPolicyServes(key.value.policy, account);
  return [
    enabled,
    must('key policy lets the account use it', keyId, {
      holds: serves,
      observed: serves
        ? 'allowed'
        : 'no statement allows kms:CreateGrant, kms:Decrypt, kms:DescribeKey and kms:GenerateDataKey',
      remedy: `Let arn:aws:iam::${account}:root use the key in its policy; IAM then says who in the account may.`,
    }),
  ];
}
