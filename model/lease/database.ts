import type { LeaseTiming } from '../../shared/domain/lease/lease-timing.ts';
import { acceptsWrites, fence, neverHeld, type Validity } from '../../shared/domain/lease/validity.ts';
import type { EventQueue } from '../event-queue.ts';
import type { Random } from '../random.ts';
import type { Invariants } from './invariants.ts';
import type { Rules } from './rules.ts';

/** The dead-man looks this often, in milliseconds. */
const lookEvery = 5_000;

type Options = {
  readonly name: string;
  readonly number: number;
  readonly queue: EventQueue;
  readonly random: Random;
  readonly timing: LeaseTiming;
  readonly rate: number;
  readonly rules: Pick<Rules, 'extend' | 'hasDeadMan'>;
  readonly invariants: Invariants;
};

/** Accepts writes while its lease is valid, until its dead-man or a fence has ended what was open. */
export class ModelDatabase {
  readonly #options: Options;
  #validity: Validity = neverHeld;
  #isAccepting = false;
  #isStopping = false;
  #frozenUntil = 0;
  #looks = 0;

  constructor(options: Options) {
    this.#options = options;
  }

  get isAccepting(): boolean {
    return this.#isAccepting;
  }

  get fencedEpoch(): number {
    return this.#validity.fencedEpoch;
  }

  get isFrozen(): boolean {
    return this.#options.queue.now < this.#frozenUntil;
  }

  clock(): number {
    return this.#options.queue.now * this.#options.rate;
  }

  /** What reaches a paused host is done when it wakes. */
  extend(epoch: number, until: number): void {
    const { queue, rules, invariants, number } = this.#options;
    if (this.isFrozen) {
      queue.at(this.#frozenUntil, () => this.extend(epoch, until));
      return;
    }
    this.#validity = rules.extend(this.#validity, epoch, until);
    if (!acceptsWrites(this.#validity, this.clock())) return;
    // Renewed while sessions were being ended: new ones come in.
    this.#isStopping = false;
    if (!this.#isAccepting) {
      this.#isAccepting = true;
      invariants.started(number, this.#validity.epoch, queue.now);
    } else invariants.renewed(number, this.#validity.epoch);
    this.#lookAtEnd();
  }

  fence(epoch: number): void {
    if (this.isFrozen) {
      this.#options.queue.at(this.#frozenUntil, () => this.fence(epoch));
      return;
    }
    this.#validity = fence(this.#validity, epoch);
    if (!acceptsWrites(this.#validity, this.clock())) this.#stop();
  }

  freezeFrom(from: number, until: number): void {
    const { queue, invariants, number } = this.#options;
    queue.at(from, () => {
      this.#frozenUntil = Math.max(this.#frozenUntil, until);
      if (this.#isAccepting) invariants.paused(number, queue.now);
      queue.at(this.#frozenUntil, () => {
        if (this.isFrozen) return;
        if (this.#isAccepting) invariants.woke(number, queue.now);
        this.#lookAtEnd();
      });
    });
  }

  /** The first look at or after the end of the validity. */
  #lookAtEnd(): void {
    const { queue, random, rate, rules } = this.#options;
    if (!rules.hasDeadMan) return;
    this.#looks += 1;
    const look = this.#looks;
    const end = Math.max(queue.now, this.#validity.until / rate) + 1;
    queue.at(end + random.extreme(0, lookEvery), () => {
      if (look !== this.#looks || this.isFrozen) return;
      if (acceptsWrites(this.#validity, this.clock())) this.#lookAtEnd();
      else this.#stop();
    });
  }

  /** What it takes to end what is open. */
  #stop(): void {
    if (!this.#isAccepting || this.#isStopping) return;
    const { queue, random, timing, invariants, number } = this.#options;
    this.#isStopping = true;
    const end = () => {
      if (this.isFrozen) return queue.at(this.#frozenUntil, end);
      if (!this.#isStopping) return;
      this.#isStopping = false;
      this.#isAccepting = false;
      invariants.ended(number, queue.now);
    };
    queue.at(queue.now + random.extreme(0, timing.deadManDelay - lookEvery), end);
  }
}
