export type DetectorLimits = {
  /** Days without which nothing is expected of a series. */
  readonly minimumHistoryDays: number;
  /** Money a day below which nobody wants to be called. */
  readonly minimumMoney: number;
  /** Share of the expected cost below which nobody wants to be called. */
  readonly minimumShare: number;
  /** How many standard deviations one day may be off. */
  readonly sigmas: number;
  /** Money a day that a series has to cost before its absence is reported. */
  readonly minimumMissingMoney: number;
};
