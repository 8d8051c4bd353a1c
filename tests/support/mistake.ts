/** One thing that an operator may have got wrong in an account, and how the doctor must name it. */
export type Mistake = {
  readonly title: string;
  make(): unknown;
  undo(): unknown;
  readonly named: string;
  readonly says: RegExp;
  /** What cannot be sound either. */
  readonly also?: readonly string[];
};
