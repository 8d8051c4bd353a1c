import type { LeaseRegister } from '../../shared/domain/lease/register.ts';
import { instances, type Schedule } from './schedule.ts';

export type Outcome = {
  /** What must never be, in the order in which it was seen. */
  readonly violations: readonly string[];
  /** Milliseconds that a second database accepted writes after a pause of its host: stranded writes, found at failback. */
  readonly stranded: number;
  /** How often a database began to accept writes after another one. */
  readonly takeovers: number;
};

/** Looks after every step whether what must hold does. */
export class Invariants {
  readonly #schedule: Schedule;
  readonly #say: (line: () => string) => void;
  readonly #violations: string[] = [];
  readonly #holders = new Map<number, number>();
  /** Since when each database accepts writes; undefined: it does not, or its host is paused. */
  readonly #since: (number | undefined)[] = instances.map(() => undefined);
  /** The epoch in which each accepts writes, and when it must have ended because its agent learned of a newer one. */
  readonly #epochs: number[] = instances.map(() => 0);
  readonly #mustEndBy: number[] = instances.map(() => Number.POSITIVE_INFINITY);
  readonly #wokeAt: number[] = instances.map(() => Number.NEGATIVE_INFINITY);
  #lastHolder = 0;
  #overlapFrom: number | undefined;
  #stranded = 0;
  #takeovers = 0;
  #changedAt = 0;

  constructor(schedule: Schedule, say: (line: () => string) => void) {
    this.#schedule = schedule;
    this.#say = say;
    this.#holders.set(1, 0);
  }

  /** Milliseconds of quiet after which exactly one database must accept writes. */
  get bound(): number {
    const { waitFor, passEvery } = this.#schedule.timing;
    // Messages that were under way, and one more wait where two takers hindered one another.
    return 10 * 60_000 + 2 * (waitFor + 4 * passEvery);
  }

  started(number: number, epoch: number, now: number): void {
    this.renewed(number, epoch);
    this.#say(() => `${instances[number]} accepts writes`);
    if (number !== this.#lastHolder) this.#takeovers += 1;
    this.#lastHolder = number;
    this.#changedAt = now;
    this.#accepts(number, now);
    const { mode, incidents } = this.#schedule;
    if (mode === 'single' && number === 1 && !incidents.some((i) => i.kind === 'region' && i.region === 0)) {
      this.#violate('a healthy primary was replaced, with one region or link lost');
    }
  }

  /** In a newer epoch than that of which its agent learned, it need not end. */
  renewed(number: number, epoch: number): void {
    if (epoch > (this.#epochs[number] ?? 0)) this.#mustEndBy[number] = Number.POSITIVE_INFINITY;
    this.#epochs[number] = epoch;
  }

  paused(number: number, now: number): void {
    this.#mustEndBy[number] = Number.POSITIVE_INFINITY;
    this.#stops(number, now);
  }

  woke(number: number, now: number): void {
    this.#wokeAt[number] = now;
    this.#accepts(number, now);
  }

  ended(number: number, now: number): void {
    this.#say(() => `${instances[number]} accepts no writes`);
    this.#changedAt = now;
    if (now > (this.#mustEndBy[number] ?? 0))
      this.#violate('a database went on although its agent knew of a newer epoch');
    this.#mustEndBy[number] = Number.POSITIVE_INFINITY;
    this.#stops(number, now);
    const { mode, incidents } = this.#schedule;
    if (mode === 'single' && number === 0 && !incidents.some((i) => i.kind === 'region' && i.region === 0)) {
      this.#violate('a healthy primary was stopped, with one region or link lost');
    }
  }

  wrote(register: string, before: LeaseRegister, after: LeaseRegister): void {
    if (after.epoch < before.epoch)
      this.#violate(`register '${register}' fell from epoch ${before.epoch} to ${after.epoch}`);
    if (after.epoch === before.epoch && after.counter <= before.counter) {
      this.#violate(`register '${register}' has content that it had before`);
    }
  }

  held(number: number, epoch: number): void {
    const other = this.#holders.get(epoch);
    if (other !== undefined && other !== number) this.#violate(`epoch ${epoch} had two holders`);
    this.#holders.set(epoch, number);
  }

  learned(number: number, epoch: number, now: number): void {
    if (this.#since[number] === undefined || epoch <= (this.#epochs[number] ?? 0)) return;
    this.#say(() => `${instances[number]} learned of epoch ${epoch}`);
    // A second until the fence is there, and what it takes to end what is open.
    const end = now + 1_000 + this.#schedule.timing.deadManDelay;
    this.#mustEndBy[number] = Math.min(this.#mustEndBy[number] ?? end, end);
  }

  settle(accepting: readonly boolean[]): void {
    const { lostForEver, mayTake, mode, timing } = this.#schedule;
    if (mode === 'single') return;
    // With the standby's region gone and no leave to take, the first one goes on only if it still had the lease.
    if (lostForEver === 1 && mayTake[0] !== true) return;
    const count = accepting.filter((is) => is).length;
    if (count !== 1)
      this.#violate(`${count} databases accept writes ${Math.round(this.bound / 1000)} s after the last incident`);
    else if (this.#changedAt > this.#schedule.quietFrom + this.bound - timing.passEvery)
      this.#violate('it did not come to rest');
  }

  outcome(): Outcome {
    return { violations: this.#violations, stranded: this.#stranded, takeovers: this.#takeovers };
  }

  #accepts(number: number, now: number): void {
    this.#since[number] = now;
    if (this.#since.every((since) => since !== undefined)) this.#overlapFrom = now;
  }

  #stops(number: number, now: number): void {
    if (this.#overlapFrom !== undefined && this.#since[number] !== undefined) this.#overlapped(this.#overlapFrom, now);
    this.#since[number] = undefined;
    this.#overlapFrom = undefined;
  }

  #overlapped(from: number, until: number): void {
    const { deadManDelay, drift } = this.#schedule.timing;
    const woke = Math.max(...this.#wokeAt);
    if (from >= woke && until <= woke + deadManDelay * (1 + drift) + 1) this.#stranded += until - from;
    else this.#violate(`two databases accepted writes for ${Math.round(until - from)} ms`);
  }

  #violate(what: string): void {
    this.#say(() => `VIOLATION: ${what}`);
    this.#violations.push(what);
  }
}
