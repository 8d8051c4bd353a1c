import { randomBytes } from 'node:crypto';
import { invalidValue, keyNotAccessible } from './errors.ts';

const longestInstance = 63;
const longestOther = 255;

/** RDS stores identifiers in lower case and distinguishes no others. */
export function checkedIdentifier(parameter: string, value: string | undefined): string {
  const longest = parameter.includes('Instance') ? longestInstance : longestOther;
  if (value === undefined || value === '') throw required(parameter);
  if (!/^[A-Za-z][A-Za-z0-9-]*$/.test(value) || value.endsWith('-') || value.includes('--') || value.length > longest) {
    throw invalidValue(
      `The parameter ${parameter} is not a valid identifier. Identifiers must begin with a letter; must contain only ` +
        'ASCII letters, digits, and hyphens; and must not end with a hyphen or contain two consecutive hyphens.',
    );
  }
  return value.toLowerCase();
}

export function required(parameter: string) {
  return invalidValue(`The parameter ${parameter} must be provided and must not be blank.`);
}

export type ArnKind = 'db' | 'auto-backup' | 'snapshot' | 'pg' | 'subgrp';

export function makeArn(region: string, account: string, kind: ArnKind, name: string): string {
  return `arn:aws:rds:${region}:${account}:${kind}:${name}`;
}

export type Arn = { readonly region: string; readonly account: string; readonly kind: string; readonly name: string };

/** Undefined when `text` is no RDS ARN. Automated snapshots have a colon in their name. */
export function parseArn(text: string): Arn | undefined {
  const [, region, account, kind, name] = /^arn:aws:rds:([^:]+):(\d{12}):([a-z-]+):(.+)$/.exec(text) ?? [];
  if (region === undefined || account === undefined || kind === undefined || name === undefined) return undefined;
  return { region, account, kind, name: name.toLowerCase() };
}

/** The name in an ARN, or the identifier itself. */
export function nameOf(identifierOrArn: string): string {
  return parseArn(identifierOrArn)?.name ?? identifierOrArn.toLowerCase();
}

export function newResourceId(): string {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  return `db-${[...randomBytes(26)].map((byte) => letters[byte % 32]).join('')}`;
}

/** The account's default key for RDS in a region, as an encrypted instance without a key of its own has it. */
export function defaultKey(region: string, account: string): string {
  return `arn:aws:kms:${region}:${account}:key/00000000-0000-4000-8000-000000000001`;
}

/** The ARN of a key given as ARN, id or alias. A key of another region does not exist here. */
export function keyArn(key: string, region: string, account: string): string {
  if (!key.startsWith('arn:')) {
    return `arn:aws:kms:${region}:${account}:${key.startsWith('alias/') ? key : `key/${key}`}`;
  }
  if (!key.startsWith(`arn:aws:kms:${region}:`)) throw keyNotAccessible(key);
  return key;
}

export function checkedPassword(password: string): string {
  const invalid = (why: string) => invalidValue(`The parameter MasterUserPassword is not a valid password${why}`);
  if (password.length < 8) throw invalid(' because it is shorter than 8 characters.');
  if (password.length > 128) throw invalid(' because it is longer than 128 characters.');
  if (!/^[\x21-\x7e]+$/.test(password) || /[/@"]/.test(password)) {
    throw invalid(`. Only printable ASCII characters besides '/', '@', '"', ' ' may be used.`);
  }
  return password;
}

export function checkedMasterUsername(name: string): string {
  if (!/^[A-Za-z][A-Za-z0-9_]{0,62}$/.test(name)) {
    throw invalidValue(`The parameter MasterUsername is not a valid username: ${name}`);
  }
  if (/^(rdsadmin|admin|pg_.*|rds_.*|user|public)$/i.test(name)) {
    throw invalidValue(`MasterUsername ${name} cannot be used as it is a reserved word used by the engine`);
  }
  return name;
}
