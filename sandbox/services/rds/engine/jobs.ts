/** What goes on behind an answered call: every job can be waited for, and all are aborted when the sandbox stops. */
export class Jobs {
  readonly #controller = new AbortController();
  readonly #running = new Set<Promise<void>>();
  readonly problems: unknown[] = [];

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Starts `work`; when it fails for another reason than the end of the sandbox, `failed` is reported. */
  start(
    work: (signal: AbortSignal) => Promise<void>,
    failed: (error: unknown) => void | Promise<void> = () => {},
  ): void {
    const job = work(this.signal)
      .catch(async (error: unknown) => {
        if (this.signal.aborted) return;
        this.problems.push(error);
        await failed(error);
      })
      .catch((error: unknown) => {
        this.problems.push(error);
      });
    this.#running.add(job);
    void job.finally(() => this.#running.delete(job));
  }

  async stopAll(): Promise<void> {
    this.#controller.abort(new Error('the sandbox stops'));
    await this.idle();
  }

  /** Resolves when nothing is going on. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }
}
