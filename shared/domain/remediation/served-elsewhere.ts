import { type LeaseRegister, majority } from '../lease/register.ts';

export type LeaseOfDatabase = {
  readonly database: string;
  /** As a register names it. */
  readonly own: string;
  /** Of the registers that answered. */
  readonly contents: readonly LeaseRegister[];
  readonly silent: readonly string[];
};

/**
 * Why an instance is left to people: another one serves its applications, or nobody knows. A primary that was given up while its
 * region was gone bears no word of it, and would be written to beside the promoted one.
 */
export function servedElsewhere({ database, own, contents, silent }: LeaseOfDatabase): string | undefined {
  if (contents.length < majority)
    return `nobody knows who holds the lease of database '${database}': registers of '${silent.join("', '")}' do not answer`;
  const newest = Math.max(...contents.map(({ epoch }) => epoch));
  // One register is enough: whoever wrote it is about to serve.
  const other = contents.find(({ epoch, holder }) => epoch === newest && holder !== null && holder !== own);
  return other === undefined
    ? undefined
    : `database '${database}' is served by '${other.holder}' since epoch ${newest}`;
}
