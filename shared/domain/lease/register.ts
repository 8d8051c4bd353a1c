/**
 * One of the three registers of a lease: an object of a region of its own, changed only by a conditional write against the
 * content that was read. Every write raises `counter` or `epoch`, so equal content means that nothing was written between.
 */
export type LeaseRegister = {
  readonly epoch: number;
  /** Who may accept writes in this epoch; null: it was released. */
  readonly holder: string | null;
  readonly counter: number;
};

export const registerCount = 3;
/** Of two such sets one register at least is in both. */
export const majority = 2;

export const isSameContent = (a: LeaseRegister, b: LeaseRegister): boolean =>
  a.epoch === b.epoch && a.holder === b.holder && a.counter === b.counter;
