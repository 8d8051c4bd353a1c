import type { CollectedCosts } from '../../shared/contracts/cost-report.ts';
import type { BilledAs } from '../../shared/contracts/waste.ts';

/** The prefixes that a bill gives to a region's usage types; the first region had none, and services differ. */
const prefixes: Readonly<Record<string, readonly string[]>> = {
  'us-east-1': ['USE1-', ''],
  'us-east-2': ['USE2-'],
  'us-west-1': ['USW1-'],
  'us-west-2': ['USW2-'],
  'ca-central-1': ['CAN1-'],
  'sa-east-1': ['SAE1-'],
  'eu-west-1': ['EU-', 'EUW1-'],
  'eu-west-2': ['EUW2-'],
  'eu-west-3': ['EUW3-'],
  'eu-central-1': ['EUC1-'],
  'eu-north-1': ['EUN1-'],
  'eu-south-1': ['EUS1-'],
  'ap-east-1': ['APE1-'],
  'ap-south-1': ['APS3-'],
  'ap-southeast-1': ['APS1-'],
  'ap-southeast-2': ['APS2-'],
  'ap-northeast-1': ['APN1-'],
  'ap-northeast-2': ['APN2-'],
  'ap-northeast-3': ['APN3-'],
  'me-south-1': ['MES1-'],
  'af-south-1': ['AFS1-'],
};

/**
 * The name that the bill has for this usage in this region. Undefined where the bill has none or, of a region whose prefix
 * is not known, more than one that could be meant: a saving is better unknown than measured by another region's bill.
 */
export function usageTypeIn(
  costs: CollectedCosts,
  { service, usageType }: BilledAs,
  region: string,
): string | undefined {
  const billed = new Set(costs.parts.filter((part) => part.service === service).map((part) => part.usageType));
  const known = Object.hasOwn(prefixes, region) ? prefixes[region] : undefined;
  if (known !== undefined) return known.map((prefix) => prefix + usageType).find((name) => billed.has(name));
  const others = new Set(Object.values(prefixes).flat());
  const ofNoKnownRegion = [...billed].filter((name) => {
    const prefix = /^[A-Z]{2,3}\d?-/.exec(name)?.[0];
    return prefix !== undefined && !others.has(prefix) && name === prefix + usageType;
  });
  return ofNoKnownRegion.length === 1 ? ofNoKnownRegion[0] : undefined;
}
