import { createHash } from 'node:crypto';
import type { StackContext } from './resource.ts';

/** What CloudFormation draws at random is derived here, so that two starts of a sandbox agree. */
export function suffix(context: StackContext, logicalId: string): string {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
  const hash = createHash('sha256').update(`${context.stackName} ${context.region} ${logicalId}`).digest();
  return [...hash.subarray(0, 12)].map((byte) => letters.charAt(byte % letters.length)).join('');
}

export function uuid(context: StackContext, name: string): string {
  const hex = createHash('sha256').update(`${context.stackName} ${name}`).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-');
}
