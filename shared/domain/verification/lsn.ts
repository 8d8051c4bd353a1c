/** An LSN as a number of bytes of log: `16/B374D848`. Throws RangeError when it has another form. */
export function bytesOfLsn(text: string): bigint {
  const [, high, low] = /^([0-9A-F]{1,8})\/([0-9A-F]{1,8})$/i.exec(text) ?? [];
  if (high === undefined || low === undefined) throw new RangeError(`'${text}' is no LSN`);
  return (BigInt(`0x${high}`) << 32n) | BigInt(`0x${low}`);
}

/** Whether `one` is at least as far in the log as `other`. */
export const isAtLeast = (one: string, other: string): boolean => bytesOfLsn(one) >= bytesOfLsn(other);
