import type { WasteSetting } from '../../shared/rules/waste.ts';

export type RemovalSetting = {
  /** By which the report assesses. */
  readonly waste: WasteSetting;
  readonly now: () => Date;
  /** Between two questions whether something is done. */
  readonly pause: () => Promise<void>;
};
