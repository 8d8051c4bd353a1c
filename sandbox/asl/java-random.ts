const multiplier = 0x5deece66dn;
const mask = (1n << 48n) - 1n;

/** `new java.util.Random(seed).nextDouble()`, which is what Step Functions' `$random(seed)` was measured to be. */
export function javaRandom(seed: number): number {
  let state = (BigInt(Math.trunc(seed)) ^ multiplier) & mask;
  const next = (bits: bigint): bigint => {
    state = (state * multiplier + 0xbn) & mask;
    return state >> (48n - bits);
  };
  const high = next(26n) << 27n;
  return Number(high + next(27n)) / 2 ** 53;
}
