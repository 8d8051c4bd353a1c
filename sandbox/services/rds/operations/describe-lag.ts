import type { DBInstance, DBSnapshot } from '@aws-sdk/client-rds';
import type { CallContext } from '../../../wire/service.ts';
import type { RegionState } from '../model/model.ts';
import { instanceView, snapshotView } from '../model/views.ts';

/** Where the describe calls look. */
type Regions = { region(name: string): RegionState };

type Described = { readonly instances: readonly DBInstance[]; readonly snapshots: readonly DBSnapshot[] };
type Moment = Described & { readonly region: string; readonly at: number };

/** RDS is eventually consistent: for a moment after a change its describe calls answer what was before. */
export class DescribeLag {
  /** True milliseconds. */
  readonly #lag: number;
  /** What there was right before each change of late, oldest first. */
  #moments: Moment[] = [];

  constructor(lag: number) {
    this.#lag = lag;
  }

  /** What the describe calls of a region see now. */
  seen(rds: Regions, region: string): Described {
    const since = performance.now() - this.#lag;
    this.#moments = this.#moments.filter(({ at }) => at > since);
    return this.#moments.find((moment) => moment.region === region) ?? present(rds, region);
  }

  /** Calls an operation that changes something; one that is refused leaves nothing to be seen late. */
  changing<T>(rds: Regions, region: string, operation: () => T): T {
    if (this.#lag === 0) return operation();
    const before = present(rds, region);
    const answer = operation();
    this.#moments.push({ ...before, region, at: performance.now() });
    return answer;
  }
}

function present(rds: Regions, region: string): Described {
  const state = rds.region(region);
  return {
    instances: [...state.instances.values()].map((one) => instanceView(one, state.subnetGroup(one.subnetGroup))),
    snapshots: [...state.snapshots.values()].map(snapshotView),
  };
}

const reads = /^(Describe|List)/;

/** Lets the describe calls lag behind every other operation. */
export function lagging<T extends object>(rds: Regions & { readonly lag: DescribeLag }, operations: T): T {
  type Operation = (input: never, context: CallContext) => unknown;
  const wrapped = Object.entries(operations as Record<string, Operation>).map(([name, operation]) => [
    name,
    reads.test(name)
      ? operation
      : (input: never, context: CallContext) => rds.lag.changing(rds, context.region, () => operation(input, context)),
  ]);
  return Object.fromEntries(wrapped) as T;
}
