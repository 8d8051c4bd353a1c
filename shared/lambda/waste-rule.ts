import type { WasteRule } from '../domain/waste-finding.ts';
import type { WastePrices } from '../domain/waste-prices.ts';
import { stagePolicy } from '../policy/operations.ts';
import type { Operations } from '../policy/schema.ts';

export type WasteSetting = {
  readonly rule: WasteRule;
  readonly prices: WastePrices;
  /** The stage's own region, and its second one. */
  readonly regions: readonly string[];
  readonly currency: string;
  readonly tag: string;
  readonly settleDays: number;
};

/** Where waste is looked for, and what it costs there, as operations.yml says it. */
export function wasteSetting(policy: Operations, stage: string): WasteSetting {
  const { region, dr } = stagePolicy(policy, stage);
  const { waste, currency, tag, settleDays } = policy.costs;
  return {
    rule: waste,
    prices: waste.prices,
    regions: dr === undefined ? [region] : [region, dr.region],
    currency,
    tag,
    settleDays,
  };
}
