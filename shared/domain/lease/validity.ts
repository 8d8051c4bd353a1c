/** The one row of `gameday.lease` in the database that it is about: what its dead-man goes by. */
export type Validity = {
  /** Of its last renewal. */
  readonly epoch: number;
  /** Milliseconds of the database's own clock. */
  readonly until: number;
  /** Nothing that was held in this epoch or in an earlier one counts any more. */
  readonly fencedEpoch: number;
};

export const neverHeld: Validity = { epoch: 0, until: Number.NEGATIVE_INFINITY, fencedEpoch: 0 };

export const acceptsWrites = ({ epoch, until, fencedEpoch }: Validity, clock: number): boolean =>
  epoch > fencedEpoch && clock < until;

/**
 * After a pass that held the lease. An update that was under way for long shortens nothing; and one that was under way while
 * the database was fenced lifts nothing: a lease that was given away or lost is held again only in a higher epoch.
 */
export function extend(validity: Validity, epoch: number, until: number): Validity {
  if (epoch <= validity.fencedEpoch || epoch < validity.epoch) return validity;
  return { ...validity, epoch, until: epoch === validity.epoch ? Math.max(validity.until, until) : until };
}

/** The epoch is the one that was given away, or the newer one that another instance has. */
export function fence(validity: Validity, epoch: number): Validity {
  return { ...validity, fencedEpoch: Math.max(validity.fencedEpoch, epoch) };
}
