import type { SlotState } from '../../contracts/failover-drill/failover-drill.ts';

type After = {
  readonly status: string;
  readonly zone: string | null;
  /** Undefined: the server did not answer. */
  readonly slots: readonly (SlotState & { readonly isConfirmed: boolean })[] | undefined;
};

/** What is not yet as a fail-over must leave it. A slot that nobody read before need not be read afterwards. */
export function openOf(after: After, before: { readonly zone: string | null; readonly slots: readonly SlotState[] }) {
  const open: string[] = [];
  if (after.status !== 'available') open.push(`the instance is '${after.status}'`);
  if (after.zone === before.zone) open.push(`the instance is in zone '${after.zone}', as before`);
  const { slots } = after;
  if (slots === undefined) return [...open, 'the server does not answer'];
  for (const { name, isActive } of before.slots) {
    const found = slots.find((slot) => slot.name === name);
    if (found === undefined) open.push(`slot '${name}' is gone`);
    else if (isActive && !found.isActive) open.push(`nobody reads slot '${name}' any more`);
    else if (isActive && !found.isConfirmed) open.push(`who reads slot '${name}' has not come to the end of the log`);
  }
  return open;
}
