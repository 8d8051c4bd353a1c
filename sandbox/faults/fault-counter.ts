import type { Fault } from './fault.ts';

/** Counts what happens at each point, and finds the fault that strikes the n-th. */
export class FaultCounter {
  #armed: readonly Fault[] = [];
  #struck: Fault[] = [];
  readonly #counts = new Map<string, number>();

  /** Begins to count from one. */
  arm(faults: readonly Fault[]): void {
    this.#armed = faults;
    this.#struck = [];
    this.#counts.clear();
  }

  get armed(): readonly Fault[] {
    return this.#armed;
  }

  get struck(): readonly Fault[] {
    return this.#struck;
  }

  /** `nth`: its number among those of the same name. */
  next(call: string, name: string): { readonly nth: number; readonly fault: Fault | undefined } {
    const nthOfAll = this.#count(call);
    const nth = this.#count(`${name}/${call}`);
    const isMeant = (one: Fault, number: number) => (one.andLater === true ? one.nth <= number : one.nth === number);
    const fault = this.#armed.find(
      (one) =>
        one.call === call &&
        (one.function === undefined ? isMeant(one, nthOfAll) : one.function === name && isMeant(one, nth)),
    );
    if (fault !== undefined) this.#struck.push(fault);
    return { nth, fault };
  }

  #count(key: string): number {
    const next = (this.#counts.get(key) ?? 0) + 1;
    this.#counts.set(key, next);
    return next;
  }
}
