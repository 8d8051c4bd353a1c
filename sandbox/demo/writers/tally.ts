const WINDOW_SECONDS = 5;

export type WriterReport = {
  readonly committed: number;
  readonly rolledBack: number;
  readonly seconds: number;
  /** Committed transactions a second over the whole run. */
  readonly perSecond: number;
  /** Committed, by kind of transaction. */
  readonly kinds: Readonly<Record<string, number>>;
  /** Failed transactions by SQLSTATE: 40P01 deadlock, 40001 serialization failure, … */
  readonly errors: Readonly<Record<string, number>>;
  /** Connections that broke under a transaction or between two; each was opened again. */
  readonly lostConnections: number;
  /** The longest short transaction: what a pause of the database looks like to its users. */
  readonly longestMilliseconds: number;
};

/** Counts what the writers did. */
export class Tally {
  committed = 0;
  rolledBack = 0;
  lostConnections = 0;
  longestMilliseconds = 0;
  readonly #kinds: Record<string, number> = {};
  readonly #errors: Record<string, number> = {};
  readonly #started = performance.now();
  /** Commits by second since the start, for the last few seconds. */
  readonly #bySecond = new Map<number, number>();

  commit(kind: string): void {
    this.committed += 1;
    this.#kinds[kind] = (this.#kinds[kind] ?? 0) + 1;
    const second = this.#second();
    this.#bySecond.set(second, (this.#bySecond.get(second) ?? 0) + 1);
    this.#bySecond.delete(second - WINDOW_SECONDS - 2);
  }

  error(sqlState: string): void {
    this.#errors[sqlState] = (this.#errors[sqlState] ?? 0) + 1;
  }

  took(milliseconds: number): void {
    this.longestMilliseconds = Math.max(this.longestMilliseconds, milliseconds);
  }

  /** Committed transactions a second over the last five whole seconds, or since the start when that is shorter. */
  rate(): number {
    const now = this.#second();
    const seconds = Math.min(WINDOW_SECONDS, now);
    if (seconds === 0) {
      return this.committed / Math.max(0.001, this.#elapsed());
    }
    let sum = 0;
    for (let second = now - seconds; second < now; second += 1) {
      sum += this.#bySecond.get(second) ?? 0;
    }
    return sum / seconds;
  }

  report(): WriterReport {
    const seconds = this.#elapsed();
    return {
      committed: this.committed,
      rolledBack: this.rolledBack,
      seconds,
      perSecond: this.committed / Math.max(0.001, seconds),
      kinds: { ...this.#kinds },
      errors: { ...this.#errors },
      lostConnections: this.lostConnections,
      longestMilliseconds: this.longestMilliseconds,
    };
  }

  #elapsed(): number {
    return (performance.now() - this.#started) / 1000;
  }

  #second(): number {
    return Math.floor(this.#elapsed());
  }
}
