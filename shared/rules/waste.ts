import type { OfficeRule } from '../domain/office-hours/office-hours.ts';
import type { WasteRule } from '../domain/waste/finding.ts';
import { type WastePrices, wastePrices } from '../domain/waste/prices.ts';
import { sourceInstanceIds, stagePolicy } from '../policy/operations.ts';
import type { Operations } from '../policy/schema.ts';
import { officeRule } from './office-hours.ts';

export type WasteSetting = {
  readonly rule: WasteRule;
  readonly prices: WastePrices;
  /** The stage's own region, and its second one. */
  readonly regions: readonly string[];
  readonly currency: string;
  readonly tag: string;
  readonly settleDays: number;
  /** Undefined where there are none. */
  readonly office: OfficeRule | undefined;
  /** What is backed up. */
  readonly sources: readonly string[];
};

/** Where waste is looked for, and what it costs there, as operations.yml says it. */
export function wasteSetting(policy: Operations, stage: string): WasteSetting {
  const { region, dr } = stagePolicy(policy, stage);
  const { waste, currency, tag, settleDays } = policy.costs;
  return {
    rule: waste,
    prices: wastePrices(policy.costs),
    regions: dr === undefined ? [region] : [region, dr.region],
    currency,
    tag,
    settleDays,
    office: officeRule(policy, stage),
    sources: sourceInstanceIds(policy, stage),
  };
}
