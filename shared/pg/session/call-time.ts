/** Reports when one call of a long work has to end: it never begins a piece that it may not finish. */
export type CallTime = {
  /** Milliseconds left to work. */
  left(): number;
  /** Whether no other piece of work may begin. The first of a call always may: a call that did nothing would never end. */
  isOver(): boolean;
  /** Runs one piece, and remembers how long the longest took. */
  piece<T>(work: () => Promise<T>): Promise<T>;
};

export function makeCallTime(remainingTime: () => number): CallTime {
  let longest = 0;
  let begun = 0;
  return {
    left: remainingTime,
    isOver: () => begun > 0 && remainingTime() < 2 * longest,
    async piece(work) {
      begun += 1;
      const from = performance.now();
      try {
        return await work();
      } finally {
        longest = Math.max(longest, performance.now() - from);
      }
    },
  };
}
