import { makeRandom } from '../demo/writers/random.ts';
import { type CallSite, keyOf } from '../faults/call-site.ts';
import { callKinds, deliveryKinds, deliveryPoints, type Fault, requestPoint } from '../faults/fault.ts';

/** A call, a delivery or a request that a clean run made. */
export type CallPoint = {
  readonly call: string;
  readonly function: string;
  readonly nth: number;
  /** Where the call went. */
  readonly region: string;
};

/** A function that polls makes the same call as often as it takes; later rounds teach nothing new. */
const ROUNDS = 2;
const OFTEN = 6;
/** Requests to a server are each another one: so many are taken, from the first to the last. */
const REQUESTS = 6;

/** Collects the calls of one run, in their order, while it is on. */
export class CallRecorder {
  #isOn = false;
  #seen: CallPoint[] = [];

  get isOn(): boolean {
    return this.#isOn;
  }

  start(): void {
    this.#seen = [];
    this.#isOn = true;
  }

  stop(): void {
    this.#isOn = false;
  }

  note({ call, physicalName = '', region }: CallSite, nth: number): void {
    if (!this.#isOn) return;
    const isDelivery = (deliveryPoints as readonly string[]).includes(call);
    this.#seen.push({ call, function: isDelivery ? physicalName : keyOf(physicalName), nth, region });
  }

  points(): CallPoint[] {
    const often = new Map<string, number>();
    for (const { call, function: name } of this.#seen) {
      often.set(`${name}/${call}`, (often.get(`${name}/${call}`) ?? 0) + 1);
    }
    return this.#seen.filter(({ call, function: name, nth }) => {
      const times = often.get(`${name}/${call}`) ?? 0;
      return call === requestPoint ? isSpread(nth, times) : nth <= ROUNDS || times <= OFTEN;
    });
  }
}

function isSpread(nth: number, times: number): boolean {
  if (times <= REQUESTS) return true;
  const chosen = Array.from({ length: REQUESTS }, (_, index) => 1 + Math.round((index * (times - 1)) / (REQUESTS - 1)));
  return chosen.includes(nth);
}

/** Longer than a function's first retries, which no speed shortens. */
const outageMilliseconds = 1500;

/**
 * Every kind of fault that can happen at each of the calls. Where a function is killed by the clock, the seed chooses
 * the moment. `home`: the region of the functions.
 */
export function planFaultSweep(
  points: readonly CallPoint[],
  durations: ReadonlyMap<string, number>,
  seed: number,
  home: string,
): Fault[] {
  const random = makeRandom(seed);
  const places = new Set<string>();
  return points.flatMap((point) => {
    const { call, nth, region } = point;
    const fault = { call, function: point.function, nth };
    const outage = { ...fault, forMilliseconds: outageMilliseconds };
    if (call === requestPoint) {
      return [
        { ...fault, kind: 'end-sessions' },
        { ...fault, kind: 'reset-sessions' },
        { ...outage, kind: 'freeze' },
      ] satisfies Fault[];
    }
    if ((deliveryPoints as readonly string[]).includes(call)) return deliveryKinds.map((kind) => ({ ...fault, kind }));
    const faults = callKinds.map((kind): Fault => {
      return kind === 'kill-lambda' && call === 'lambda:Invoke'
        ? { ...fault, kind, afterMilliseconds: random.between(0, Math.ceil(durations.get(point.function) ?? 50)) }
        : { ...fault, kind };
    });
    // Once for each operation of each function: an error that stays, and a region that is cut under it.
    const place = `${point.function}/${call}`;
    if (!places.has(place)) {
      places.add(place);
      faults.push({ ...fault, kind: 'error', andLater: true });
      faults.push({ ...outage, kind: 'cut-region', target: region });
      if (region !== home) faults.push({ ...outage, kind: 'cut-link', target: `${home},${region}` });
    }
    return faults;
  });
}

/** `size` of them, chosen by the seed, in their order. */
export function sampleOf<T>(items: readonly T[], size: number, seed: number): T[] {
  const random = makeRandom(seed);
  const left = items.map((_, index) => index);
  const chosen = new Set<number>();
  while (chosen.size < Math.min(size, items.length)) {
    const [index = 0] = left.splice(random.between(0, left.length - 1), 1);
    chosen.add(index);
  }
  return items.filter((_, index) => chosen.has(index));
}
